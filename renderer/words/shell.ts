import type { View } from '../../preload/contract.ts'
import { sayCount } from '../../main/model/say.ts'

/** The frame: navigation, connection, the dialogs of the application. */
export const sayShell = {
  navigation: 'Main',
  views: {
    services: 'Services',
    logs: 'Logs',
    doctor: 'Doctor',
    changes: 'Changes',
    settings: 'Settings',
    wizard: 'Set up',
    snapshots: 'Snapshots',
    about: 'About',
    activity: 'Activity',
  } satisfies Record<View, string>,
  /** What the number beside the doctor counts: its own findings, or what is seen in passing, which is less. */
  counted: (count: number, examined: boolean) => sayCount(count, examined ? 'finding' : 'problem'),
  find: 'Find or run',
  findKey: (mac: boolean) => (mac ? '⌘ K' : 'Ctrl K'),
  lost: 'The engine does not answer',
  lostWhat: (seconds: number) =>
    `The connection was lost ${seconds < 1 ? 'just now' : `${seconds} s ago`}; the window tries again every second.`,
  lostWhy: 'The engine ended, or the connection to it broke.',
  lostTodo: 'Your services are not affected. What is shown was true before.',
  /** All that a narrow strip has room for. */
  endedWhat: (seconds: number) =>
    `maculactl ui ended ${seconds < 1 ? 'just now' : `${seconds} s ago`}. Start it again: maculactl ui`,
  uiCommand: 'maculactl ui',
  endedWhy: 'The command maculactl ui that serves this page was ended, or the connection to it broke.',
  endedTodo:
    'Start it again in a terminal: maculactl ui. It opens a new page. Your services are not affected.',
  /** The title of the document: what is shown, then the product. */
  title: (shown: string) => `${shown} · Macula Desktop`,
  titleLogs: (service: string) => `Logs of ${service}`,
  titleStep: (step: string) => `Set up: ${step}`,
  noSuchLink: {
    kind: 'told',
    title: 'The link cannot be opened',
    what: 'Another program opened a macula:// link that names no view of this version.',
    why: '',
    todo: 'Copy the link again where it comes from, or go on from here.',
  },
  viewFailed: (view: string) => `${view} cannot be shown`,
  viewFailedSays: 'A part of the window stopped working. The services are not affected.',
  again: 'Show it again',
  /** A menu or a dialog. */
  partFailed: {
    kind: 'failed',
    title: 'This cannot be shown',
    what: 'Nothing was opened.',
    why: 'A file of the window could not be loaded.',
    todo: 'Try it again; the services are not affected.',
  },
} as const
