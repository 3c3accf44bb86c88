import { join, resolve } from 'node:path'
import { homeOf } from './home.ts'

/** Where our own things are kept (design: "Where things are kept"). Absolute paths. */
export interface Paths {
  /** settings.json, secrets.json (0600), services/ (the user's own), stack/ (overlays). */
  readonly config: string
  /** pid records, logs, lock, intent. */
  readonly state: string
  /** The rendered copy of the stack. */
  readonly data: string
  /** The product's own files: stack/, cluster/, root/. */
  readonly assets: string
  /** Where root keeps ledger and backups. */
  readonly ledger: string
}

/**
 * The folders for this environment. `MACULA_HOME` puts config, state and data into one folder (tests, second
 * instance). Relative XDG values are ignored, as the XDG base directory specification asks.
 */
export function pathsOf(
  env: Readonly<Record<string, string | undefined>>,
  assets: string,
  platform: NodeJS.Platform = process.platform,
): Paths {
  const ledger =
    platform === 'darwin' ? '/Library/Application Support/macula-desktop' : '/var/lib/macula-desktop'
  const named = env['MACULA_HOME']
  if (named !== undefined && named !== '') {
    // Everything we start runs in another folder.
    const whole = resolve(named)
    return {
      config: join(whole, 'config'),
      state: join(whole, 'state'),
      data: join(whole, 'data'),
      assets,
      ledger,
    }
  }
  const home = homeOf(env)
  if (platform === 'darwin') {
    const base = join(home, 'Library', 'Application Support', 'macula-desktop')
    return { config: base, state: join(base, 'state'), data: join(base, 'data'), assets, ledger }
  }
  const xdg = (name: string, fallback: string): string => {
    const value = env[name]
    return join(value !== undefined && value.startsWith('/') ? value : join(home, fallback), 'macula-desktop')
  }
  return {
    config: xdg('XDG_CONFIG_HOME', '.config'),
    state: xdg('XDG_STATE_HOME', '.local/state'),
    data: xdg('XDG_DATA_HOME', '.local/share'),
    assets,
    ledger,
  }
}
