import { sayMoved } from '../../main/model/kept.ts'

/** Words that more than one view says. */
export const sayCommon = {
  product: 'Macula Desktop',
  copy: (what: string) => `Copy ${what}`,
  copied: (what: string) => `Copied ${what}`,
  copiedShort: 'Copied',
  notCopied: 'Nothing was copied',
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  checkAgain: 'Check again',
  whatHappened: 'What happened',
  why: 'Why',
  whatToDo: 'What to do',
  loading: 'Asking the engine…',
  /** Of a volume whose data was moved aside. */
  /** A button's text: an ellipsis says that it asks before it does anything. */
  asking: (text: string, asks: boolean) => (asks ? `${text}…` : text),
  keptAs: sayMoved,
  dismiss: 'Close this note',
} as const
