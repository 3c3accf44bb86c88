/** Newer versions of images, under About. */
export const sayImageUpdates = {
  title: 'Images of the services',
  says: 'Macula ships versions that were tested together. An update is pulled first; if the service does not work with it, the version before is put back.',
  ask: 'Look for newer versions',
  askAgain: 'Look again',
  asking: 'Asking the registries…',
  update: (title: string, version: string) => `Update ${title} to ${version}`,
  short: (version: string) => `Update to ${version}`,
  back: (title: string) => `Undo the update of ${title}`,
  goBack: 'Undo update',
  /** A button's own words first, so that who says them is understood. */
  named: (words: string, title: string) => `${words}: ${title}`,
  instead: (image: string) => `updated by you from ${image}`,
  own: 'Its image is set in a file of your own; change it there.',
  unknown: (why: string) => `not known: ${why}`,
  beyond: (version: string) => `${version} is a new major version. This command copies the data first:`,
  held: (why: string) => `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
  command: (title: string, version: string) => `the command that updates ${title} to ${version}`,
} as const
