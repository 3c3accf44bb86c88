import { sayAll, sayCount, sayDuration, saySecond } from '../../main/model/say.ts'

/** The doctor. */
export const sayDoctor = {
  looking: 'Checking this machine…',
  lookingSays: 'Docker, names, ports and files, each as it is now.',
  unread: 'The checks did not run',
  unreadSays: 'Services are not affected. Check again runs all of them.',
  head: (findings: number) => (findings === 0 ? 'No findings' : sayCount(findings, 'finding')),
  summary: (passed: number, all: number, tookMs: number, at: number) =>
    `${passed} of ${sayCount(all, 'check')} passed. Took ${sayDuration(tookMs)} at ${saySecond(at)}.`,
  again: (before: string) => `${before} Checking again…`,
  show: 'Show',
  findings: 'Findings',
  all: 'All checks',
  worstFirst: 'worst first',
  why: 'Why',
  todo: 'What to do',
  command: 'command',
  nothing: 'Nothing needs your attention',
  nothingSays: (checks: number) =>
    `${sayAll(checks, 'check', ['passed', 'passed'])}: this machine, Docker, names, network, files and services.`,
  undo: 'Undo…',
  undoOf: (title: string) => `Undo what ${title} rests on…`,
  fixOf: (label: string, title: string) => `${label} (${title})`,
  copyReport: 'Copy report…',
  checkAgain: 'Check again',
  report: 'Report for whoever helps you',
  reportSays:
    'This text is all that is copied or saved. Passwords are masked and your home folder is shown as ~. Nothing is sent anywhere.',
  reportText: 'Report',
  copyIt: 'Copy',
  saveIt: 'Save as file',
} as const
