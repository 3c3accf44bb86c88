import { suffixPrice } from '../../main/model/suffix.ts'

/** Settings. */
export const saySettings = {
  title: 'Settings',
  savedIn: 'Saved as you change them. File:',
  loading: 'Reading the settings…',
  unread: 'The settings cannot be read',
  sections: {
    network: 'Names and network',
    docker: 'Docker',
    cluster: 'Cluster',
    start: 'Start',
    notify: 'Notifications',
    look: 'Appearance',
    keys: 'Keyboard',
    services: 'Your services',
    copies: 'Copies of everything',
    reset: 'Reset',
  },
  save: 'Save',
  saveOf: (label: string) => `Save ${label}`,
  revert: 'Revert',
  revertOf: (label: string) => `Revert ${label}`,
  notSaved: 'The setting was not saved',
  copiesHint: 'Databases, objects, images, dashboards and settings in one file.',
  aboutHint: 'Documentation, changelog and licences.',
  suffix: {
    label: 'Domain suffix',
    hint: 'Changing it asks for your password.',
    means: (now: string, next: string) =>
      [
        `Saving changes every name: grafana.${now} becomes grafana.${next}. Set-up then points this machine to the new names and asks for your password.`,
        suffixPrice(next),
      ]
        .filter((one) => one !== undefined)
        .join(' '),
  },
  route: {
    label: 'DNS route',
    best: 'Best for this machine',
    now: (title: string) => `now: ${title}`,
    none: 'now: none, services open by address',
    doesNotFit: 'does not fit here',
    means: 'Saving changes nothing yet: set-up shows the new route, then asks for your password.',
    missing: 'This route does not fit this machine; the best one is used instead.',
  },
  subnet: {
    label: 'Container network',
    hint: 'Changing it recreates all containers; data is kept.',
    means: (next: string) =>
      `Saving stops nothing yet: at the next start all containers are made again with addresses in ${next}. Data is kept.`,
  },
  zones: {
    label: 'More DNS zones',
    hint: 'Answered by PowerDNS, like lab or beam.lab; separate several with spaces.',
    means: (next: readonly string[]) =>
      next.length === 0
        ? 'After saving, no other zone is answered here. PowerDNS keeps those it has.'
        : `Saving asks PowerDNS for names under ${next.join(', ')}. Set-up then points this machine there and asks for your password.`,
  },
  dns53: {
    label: 'Port 53',
    says: 'Also answer names on 127.0.0.1:53',
    hint: 'For dig @127.0.0.1. Turning it on is a step of set-up that asks for your password.',
  },
  tls: {
    label: 'https',
    says: 'Clean URLs have https too',
    hint: 'Signed by an authority of your own, created the first time. Trusting it is a step of set-up that asks for your password.',
  },
  nativePorts: {
    label: 'Native ports of 127.0.0.1',
    says: 'Listen on them too',
    hint: 'Ports 5000, 8081 and 9191, besides the clean URLs. Off: other programs may have them from the next start.',
  },
  setUpAgain: 'Set-up is needed again before names work.',
  review: 'Review the changes…',
  docker: {
    label: 'Engine',
    hint: 'Empty: DOCKER_HOST, or else the current context.',
    placeholder: 'same as the docker command',
    means: (next: string) =>
      next === ''
        ? 'Saving goes back to the engine that the docker command uses. What runs in another engine goes on there.'
        : `Saving shows and starts services in the engine at ${next}. What runs in another engine goes on there.`,
    version: (version: string) => `Docker ${version} answers`,
    down: 'does not answer',
  },
  cluster: {
    label: 'kubectl',
    says: 'Put the cluster into my kubeconfig',
    hint: 'Nothing else in that file changes.',
  },
  services: {
    label: 'Services at login',
    says: 'Start what ran before when this app starts',
  },
  login: { label: 'This app at login', says: 'Start this app when you sign in' },
  hidden: { label: 'Start hidden', says: 'Only the tray icon, no window' },
  desktopOnly: 'Only the desktop application does this; this page is in a browser.',
  notify: {
    muted: { label: 'Pause all', says: 'Show no notifications' },
    failed: { label: 'A service fails', says: 'Notify when a service fails' },
    recovered: { label: 'It works again', says: 'Notify when it works again' },
    ready: { label: 'Everything is ready', says: 'Notify when everything is ready' },
    pausedHint: 'All are paused.',
  },
  theme: { label: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },
  letters: {
    label: 'Letter keys',
    says: 'Use O, C, L, S, R, F as shortcuts',
    hint: 'Other keys work either way.',
  },
  folder: {
    label: 'Folder',
    what: 'folder of your services',
    hint: 'One folder per service with a compose.yaml in it. A folder that comes, changes or goes shows by itself within seconds.',
    found: 'Found',
    nothing: 'none yet',
    line: (file: string, line: number, reason: string) =>
      `${file}${line > 0 ? ` line ${line}` : ''}: ${reason}`,
  },
  reset: {
    settings: 'Settings',
    button: 'Reset settings…',
    title: 'Reset all settings?',
    says: 'Everything on this page goes back to its default. Services, data and changes of this machine stay as they are.',
    names: (suffix: string) =>
      `The domain suffix becomes ${suffix} again; if you had another one, set-up is needed again.`,
    kept: 'The settings file is kept beside the new one.',
    doIt: 'Reset settings',
    machine: 'This machine',
    undo: 'Undo all changes…',
    undoHint: 'Data volumes are not removed.',
    setup: 'Set-up',
    again: 'Run set-up again',
    againHint: 'Checks every step; changes nothing without asking.',
  },
} as const
