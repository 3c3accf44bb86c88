import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere, writeWhole } from '../files.ts'
import { homeIfAny } from '../home.ts'

type Environment = Readonly<Record<string, string | undefined>>

const pluginsSchema = z.object({ cliPluginsExtraDirs: z.array(z.string()).optional() })

/** The folder of docker's own command, as the person has it. */
export function dockerFolder(env: Environment): string {
  const home = homeIfAny(env) ?? '/nonexistent'
  const named = env['DOCKER_CONFIG']
  return named === undefined || named === '' ? join(home, '.docker') : named
}

/**
 * A configuration of docker's command that is ours, and its folder. The person's would put its proxies into every container
 * (docker/cli, ParseProxyConfig), lead to another engine, or run hooks; all that is taken over is where their plugins
 * lie, because Compose may be one of them. Never throws: without it docker takes its defaults.
 */
export async function ownDockerConfig(state: string, env: Environment): Promise<string> {
  const folder = join(state, 'docker')
  const theirs = dockerFolder(env)
  const text = await readIfThere(join(theirs, 'config.json')).catch(() => undefined)
  const more = pluginsSchema.safeParse(parsed(text)).data?.cliPluginsExtraDirs ?? []
  const wanted = `${JSON.stringify({ cliPluginsExtraDirs: [join(theirs, 'cli-plugins'), ...more] })}\n`
  const file = join(folder, 'config.json')
  try {
    if ((await readIfThere(file)) !== wanted) await writeWhole(file, wanted, 0o600)
  } catch {
    // A full disk or a read-only home: plugins of the machine are found all the same.
  }
  return folder
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
