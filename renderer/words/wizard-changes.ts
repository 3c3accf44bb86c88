import { sayCount } from '../../main/model/say.ts'

/** The review of the changes. */
export const sayReview = {
  aService: 'a service',
  aGroup: 'a group',
  says: (count: number, files: number, packages: number) =>
    `This is everything that needs root: ${sayCount(count, 'change')}${
      files > 0 || packages > 0
        ? ` with ${[
            ...(packages > 0 ? [sayCount(packages, 'package')] : []),
            ...(files > 0 ? [sayCount(files, 'file')] : []),
          ].join(' and ')}`
        : ''
    }. Nothing keeps running as root afterwards.`,
  none: 'Everything that set-up would change is in place already.',
  include: (title: string) => `Include: ${title}`,
  inPlace: 'in place',
  why: 'Why',
  alsoMeans: 'Also means:',
  now: 'Now:',
  undoFile: 'Undo puts back what was there before.',
  undoPackages: 'Undo leaves the packages installed.',
  newFile: (mode: string) => `new file, ${mode} root`,
  replaces: (mode: string) => `replaces the file that is there, ${mode}`,
  holdsThis: 'holds this already',
  block: 'gets this block, its other lines stay',
  taken: 'undo puts back what is taken away',
  after: '# then',
  content: (title: string) => `What is written: ${title}`,
  difference: (path: string) => `Differences in ${path}`,
  plan: (digest: string) => `Plan sha256 ${digest.slice(0, 4)} ${digest.slice(4, 8)} … ${digest.slice(-4)}.`,
  planSays: 'Exactly this plan runs; if one byte differs, nothing runs.',
  record: (folder: string) =>
    `What was there before is recorded in ${folder}, readable by all, so that files and settings can be put back.`,
  without: (example: string) =>
    `If you skip this, services still start; you open them at their addresses${example === '' ? '' : `, such as ${example}`}. You can come back to this step.`,
  /** While the changes are still looked for, or none is chosen, there is no number to tell. */
  apply: (count: number) => (count === 0 ? 'Apply changes…' : `Apply ${sayCount(count, 'change')}…`),
  nothingChosen: 'Nothing is chosen. Choose what to change, or skip this step.',
  noWay: 'There is no way to ask for your password here: neither sudo nor a polkit agent was found.',
  noWayTodo: 'Run these as root in a terminal, then check again; or skip this step.',
  unread: 'The changes cannot be read',
  loading: 'Looking at what would change…',
} as const

/** The one prompt. */
export const sayPassword = {
  asking: 'Waiting for your password',
  applying: 'Making the changes',
  how: {
    desktop: 'A window of your desktop asks for it, once. Nothing is changed before you give it.',
    sudo: 'sudo asks for it, once, in the terminal where Macula runs. Nothing is changed before you give it.',
    root: 'You are root, so no password is needed.',
  },
  waiting: 'Waiting until it is allowed',
  working: 'Changing this machine',
  made: (count: number) =>
    `${sayCount(count, 'change')} made. They are listed under Changes, with what can be undone (also: maculactl undo).`,
  refused: 'Nothing was changed',
  refusedHow: {
    dismissed: 'The prompt was closed.',
    denied: 'The password was not accepted, or this user may not become root.',
    'no-agent': 'No program here can ask for the password.',
    timeout: 'Nobody answered the prompt in time.',
  },
  stillWorks: 'What still works',
  stillWorksSays:
    'All services start and open by address and port. Only names, and addresses without a port, are missing.',
  again: 'Ask again…',
  byHand: 'The same by hand',
  failed: 'Set-up stopped before the end',
  failedTodo:
    'What was changed is listed under Changes, where it can be undone. Trying again continues where it stopped.',
  ask: (count: number) => `Apply ${sayCount(count, 'change')}…`,
  review: 'Read the changes',
} as const
