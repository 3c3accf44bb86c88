/** Texts that come with this version; each is a file of its own, read when it is opened. */
import type { sayAbout } from '../../words/about.ts'

type Page = keyof typeof sayAbout.pages

const text = async (module: Promise<{ readonly default: string }>): Promise<string> => (await module).default

/** The pages of the documentation, in the order a person meets them. */
export const pages: readonly { readonly id: Page; readonly read: () => Promise<string> }[] = [
  { id: 'cli', read: async () => await text(import('../../../docs/cli.md?raw')) },
  { id: 'services', read: async () => await text(import('../../../docs/services.md?raw')) },
  { id: 'applications', read: async () => await text(import('../../../docs/applications.md?raw')) },
  { id: 'routes', read: async () => await text(import('../../../docs/routes.md?raw')) },
  { id: 'tls', read: async () => await text(import('../../../docs/tls.md?raw')) },
  { id: 'migrate', read: async () => await text(import('../../../docs/migrate.md?raw')) },
  { id: 'eject', read: async () => await text(import('../../../docs/eject.md?raw')) },
  { id: 'root', read: async () => await text(import('../../../docs/root.md?raw')) },
]

export const changelog = async (): Promise<string> => await text(import('../../../CHANGELOG.md?raw'))

export interface Licences {
  readonly packages: readonly {
    readonly name: string
    readonly version: string
    readonly licence: string
    /** Index into `texts`. */
    readonly text: number
  }[]
  readonly texts: readonly string[]
}

/** What is bundled, written by `npm run licences`. */
export const licences = async (): Promise<Licences> =>
  JSON.parse(await text(import('../../../assets/licences.json?raw'))) as Licences
