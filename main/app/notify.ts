import { Notification } from 'electron'
import {
  gathered,
  noticeBody,
  noticeWords,
  SETTLING_MS,
  noticesOf,
  type Notice,
  type NoticeInput,
  type NoticeMemory,
} from '../model/notices.ts'

/** Notices within this time become one of a kind: a machine that loses Docker fails everything at once (ms). */
const GATHER_MS = 2500

/** Follows snapshots and shows desktop notifications for what is news. `onClick` gets the service it is about, if one, and when it was told (epoch ms). */
export function createNotifier(options: {
  readonly icon: string
  readonly onClick: (kind: Notice['kind'], service: string | undefined, at: number) => void
}): { see(input: NoticeInput): void; close(): void } {
  let memory: NoticeMemory | undefined
  let waiting: readonly Notice[] = []
  let timer: NodeJS.Timeout | undefined
  let again: NodeJS.Timeout | undefined
  /** Electron forgets the click of a notification that nobody holds. */
  const shown = new Set<Notification>()

  function show(): void {
    timer = undefined
    const notices = gathered(waiting)
    waiting = []
    for (const notice of notices) {
      const { title, body } = noticeWords(notice)
      const notification = new Notification({
        title,
        body: noticeBody(body, process.platform),
        icon: options.icon,
      })
      const only = notice.services.length === 1 ? notice.services[0]?.id : undefined
      const at = Date.now()
      notification.on('click', () => options.onClick(notice.kind, only, at))
      notification.on('close', () => shown.delete(notification))
      shown.add(notification)
      notification.show()
    }
  }

  function see(input: NoticeInput): void {
    const seen = noticesOf(memory, input)
    memory = seen.memory
    clearTimeout(again)
    if (seen.settling) again = setTimeout(() => see({ ...input, now: Date.now() }), SETTLING_MS)
    if (seen.notices.length === 0) return
    waiting = [...waiting, ...seen.notices]
    timer ??= setTimeout(show, GATHER_MS)
  }

  return {
    see,
    close() {
      clearTimeout(timer)
      clearTimeout(again)
    },
  }
}
