import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { ingressFiles } from '../../../main/system/stack/ingress/files.ts'
import { ingressRoutes } from '../../../main/system/stack/ingress/routes.ts'
import { cp } from 'node:fs/promises'
import { docker } from '../support/actor.ts'

/** Our ingress as the stack makes it, by its real nginx, over a catalog of a test's own. */

const ours = fileURLToPath(new URL('../../../assets/stack/ingress', import.meta.url))

/** Writes what would be rendered of the ingress into `folder`, and returns the revision of its routes. `served`: with TLS. */
export async function renderIngress(
  folder: string,
  services: readonly ServiceSpec[],
  suffix: string,
  served?: string,
): Promise<string> {
  const { text, revision } = ingressRoutes(services, suffix, served)
  await cp(join(ours, 'home'), join(folder, 'home'), { recursive: true })
  for (const [path, content] of ingressFiles(services, suffix, text)) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return revision
}

/** A folder for what is rendered. */
export async function ingressFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'macula-ingress-'))
}

/** The mounts of the ingress' container over such a folder. */
export const mountsOf = (folder: string): readonly string[] => [
  `${ours}/nginx.conf:/etc/nginx/nginx.conf`,
  `${ours}/snippets:/etc/nginx/snippets`,
  `${folder}/routes:/etc/nginx/macula`,
  `${folder}/home:/usr/share/macula`,
]

/** Starts it, and returns its address in the network; throws what nginx says where it does not stay. */
export async function startIngress(
  name: string,
  network: string,
  mounts: readonly string[],
  script = 'exec nginx -g "daemon off;"',
): Promise<string> {
  const volumes = mounts.flatMap((mount) => ['-v', `${mount}:ro`])
  // prettier-ignore
  const made = await docker('run', '-d', '--name', name, '--network', network, '--memory', '128m',
    ...volumes, 'nginx:1.30.4-alpine', 'sh', '-c', script)
  if (made.code !== 0) throw new Error(made.err)
  const found = await addressIn(name, network)
  if (found === '') throw new Error((await docker('logs', name)).err)
  return found
}

/** The address of a container in a network; "" while it does not run. */
export async function addressIn(name: string, network: string): Promise<string> {
  return (await docker('inspect', '-f', `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, name))
    .out
}
