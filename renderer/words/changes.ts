import { sayCount, sayDay } from '../../main/model/say.ts'

/** The ledger of the machine's changes, and taking them back. */
export const sayChanges = {
  loading: 'Reading the record of changes…',
  head: (open: number, drifted: number) =>
    `${sayCount(open, 'change')} on this machine${drifted === 0 ? '' : `, ${drifted} ${drifted === 1 ? 'was' : 'were'} changed since`}`,
  allUndone: 'All changes on this machine were undone',
  says: (open: number) =>
    open === 0
      ? 'What Macula Desktop did outside its own folders, and took back.'
      : 'Everything Macula Desktop has done outside its own folders. Undo puts back exactly what was there.',
  none: 'Nothing was changed on this machine',
  noneSays:
    'Names and port 80 are not set up yet. Services open at their addresses. What set-up changes is listed here, and can be undone.',
  setUp: 'Set up this machine',
  unread: 'The record cannot be read',
  columns: { what: 'What', forWhat: 'For', when: 'When', now: 'Now' },
  list: 'Changes',
  older: (count: number) => `Show ${count} older`,
  copyList: 'Copy list',
  listName: 'list of changes',
  undoAll: 'Undo all…',
  undo: 'Undo…',
  undoOf: (target: string) => `Undo ${target}…`,
  writeAgain: 'Write ours again…',
  undoOurs: 'Undo ours…',
  details: 'Details',
  difference: 'Difference between what we wrote and what is there now',
  oursNow: 'Ours / now',
  noDiff: 'What is there is exactly what we wrote.',
  gone: 'It is not there any more: somebody else removed it.',
  notReadable: 'This user may not read it, so nobody can say whether it is as we wrote it.',
  unfinished: 'The run that made this ended before it was done. Set-up goes on with it; undo takes it back.',
  wasUndone: 'It was undone: what was there before us is there again.',
  noFile: 'This leaves no file that could be compared.',
  driftSays: {
    changed: 'Somebody edited it after set-up. Their edit is not lost: undo asks once more and keeps it.',
    missing: 'Somebody removed it after set-up.',
    none: 'It is as we left it.',
    unreadable: 'It cannot be compared.',
  },
  would: 'What “Undo ours” would do',
  wouldUndo: 'What undo would do',
  keepNow: (target: string) => `Keep ${target} as it is now among the backups`,
  putBack: {
    file: (target: string) => `Put back the ${target} from before us, or remove it when there was none`,
    block: (target: string) => `Take our block out of ${target}; all other lines stay`,
    sysctl: (target: string) => `Set ${target} to the value from before us`,
    reload: (target: string) => `Let ${target} read its configuration again`,
    packages: (target: string) => `Leave the packages ${target} installed; other programs may use them`,
  },
  facts: {
    written: 'Written',
    change: 'Change',
    entry: 'Entry',
    kind: 'Kind',
    terminal: 'In a terminal',
  },
  kinds: {
    file: 'file',
    block: 'block in a file',
    sysctl: 'kernel setting',
    reload: 'reload of a service',
    packages: 'packages',
  },
  command: 'command',
  /** The question. */
  ask: (count: number) => (count === 1 ? 'Undo this change?' : `Undo ${count} changes?`),
  askSays: 'Exactly what was there before is put back. Services and their data are not touched.',
  askPassword: 'Your password may be asked for, once.',
  stays: (target: string) => `${target} stays: packages are not removed.`,
  drifted: (count: number) =>
    count === 1 ? 'One was changed by somebody else since:' : `${count} were changed by somebody else since:`,
  alsoDrifted: (count: number) =>
    count === 1
      ? 'Undo it nevertheless; what is there now is kept in the backups'
      : 'Undo them nevertheless; what is there now is kept in the backups',
  nothingToUndo: 'There is nothing to undo.',
  leave: 'Leave as it is',
  doUndo: (count: number) => `Undo ${sayCount(count, 'change')}`,
  /** While it goes on and after. */
  going: 'Taking back what was changed',
  setting: 'Changing this machine',
  waits: 'A prompt may ask for your password. Nothing is changed before you allow it.',
  doneUndo: (count: number) => `${sayCount(count, 'change')} undone`,
  doneSetup: (count: number) => `${sayCount(count, 'change')} made`,
  failedUndo: 'Undo did not get to its end',
  failedSetup: 'Set-up did not get to its end',
  failedTodo: 'Do it again: it goes on where it ended. The list shows what is left.',
  refused: 'Nothing was changed',
  refusedHow: {
    dismissed: 'The prompt was closed.',
    denied: 'The password was not accepted, or this user may not do it.',
    'no-agent': 'No program here can ask for the password.',
    timeout: 'Nobody answered the prompt in time.',
  },
  refusedTodo: 'All is left as it was. Try again, or run this in a terminal:',
  put: 'Put away',
  when: (at: number) => sayDay(at, Date.now()),
} as const
