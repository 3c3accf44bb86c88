import { sayList } from '../../main/model/say.ts'

/** The Connect part of a service, its actions, and files of variables. */
export const sayConnect = {
  title: 'Connect',
  shell: 'Open a shell',
  sql: 'Open psql',
  openIn: (client: string) => `Open in ${client}`,
  notRunning: (title: string) => `${title} is not running, so no shell can be opened in it.`,
  notKnown: (title: string) =>
    `Whether ${title} is running is not known just now, so no shell can be opened in it.`,
  noShell: (title: string) => `The image of ${title} has no shell to open.`,
  line: (program: string, title: string) => `the ${program} line for ${title}`,
  copyAs: 'Copy variables',
  writeEnv: 'Write to .env…',
  string: 'connection string',
  lines: 'Lines for your own terminal',
  stands: (word: string) => `${word} stands for an image of yours with its tag, like app:dev.`,

  actions: 'Actions',
  asks: (title: string) => `${title}?`,
  run: (title: string) => title,
  keep: 'Cancel',
  ran: (title: string, code: number, seconds: string, at: string) =>
    code === 0
      ? `${title} is done: exit code 0 after ${seconds}, at ${at}.`
      : `${title} failed: exit code ${code} after ${seconds}, at ${at}.`,
  runs: (title: string, seconds: number) => `${title} runs, ${seconds} s so far…`,
  noOutput: 'It printed nothing.',
  onlyEnd: (shown: number, all: number, service: string, action: string) =>
    `Only its last ${shown.toLocaleString('en')} of ${all.toLocaleString('en')} characters are shown. In a terminal, maculactl action ${service} ${action} prints more.`,
  output: (title: string) => `Output of ${title}`,

  envTitle: (title: string) => `Write the variables of ${title} to a file`,
  envPath: 'File',
  envPlaceholder: '/home/you/project/.env',
  envSays:
    'Only these variables are written, between two marks; everything else in the file stays as it is. They hold passwords in plain text: keep the file out of version control.',
  envLook: 'Check the file',
  envWrite: 'Write',
  envUpdate: 'Update',
  envClear: 'Take out',
  envClose: 'Close',
  envNames: (names: readonly string[]) => `Writes ${sayList(names, 12)}.`,
  envNew: 'The file does not exist yet; it will be created so that only you can read it.',
  envNone: 'None of these variables is in the file yet; they are added at its end.',
  envOther: 'The file has older values of them; they are updated.',
  envCurrent: 'The file is up to date.',
  envAlso: (also: readonly { readonly name: string; readonly line: number }[]) =>
    `${sayList(
      also.map(({ name, line }) => `${name} (line ${line})`),
      5,
    )} ${also.length === 1 ? 'is' : 'are'} also set by lines of yours; your program decides which one wins.`,
  envLeft: (names: readonly string[]) => `Left out: ${sayList(names)}. Their values do not fit on one line.`,
  envWritten: (path: string, at: string) =>
    `Written to ${path} at ${at}. It is listed under Changes, where it can be taken out.`,
  envCleared: (path: string, at: string) => `Taken out of ${path} at ${at}.`,

  kept: 'Kept by resets',
  keptRow: (volumes: readonly string[]) => sayList(volumes, 2),
  keptPart: 'A part of the data only:',
  putBack: 'Put back…',
  putBackPart: (title: string) => `This copy is a part of the data of ${title} only.`,
  putBackGoesOn: 'Putting this copy back was cut off before; this continues it.',
  putBackTitle: (title: string, at: string) => `Put back the data of ${title} from ${at}?`,
  putBackSays: (title: string) =>
    `${title} is stopped. Its current data is moved aside and kept; then this copy is put in its place and compared. The copy itself stays.`,
  putBackGo: 'Put back',
  putBackRuns: 'Putting the data back…',
  putBackDone: (title: string, at: string) => `${title} has its data from ${at} again. It is stopped.`,
  start: (title: string) => `Start ${title}`,

  files: 'In files of your projects',
  filesState: { written: 'written', gone: 'not there any more', unreadable: 'cannot be read' },
  filesForget: 'Remove from the list',
} as const
