import type { DockerSeen } from '../observation.ts'
import { commandOfMeans } from '../engine-means.ts'
import type { Fix } from '../ladder.ts'
import type { ServiceView, SharedCause } from '../snapshot.ts'
import type { Frame } from '../frame.ts'

/** What to do while Docker is down, by what is wrong with it; restarting it helps only where Docker itself fails. */
const todos: Readonly<Record<Extract<DockerSeen, { kind: 'down' }>['code'], string>> = {
  absent: 'Install Docker, or start it (sudo systemctl start docker).',
  denied: 'Let your user talk to Docker (sudo usermod -aG docker $USER), then sign in again.',
  old: 'Install Docker Engine 25 or newer.',
  slow: 'Wait, or restart Docker (sudo systemctl restart docker).',
  address:
    'Point Macula at a Docker engine: DOCKER_HOST, docker context use, or "dockerHost" in settings.json.',
  limits: 'Raise the limit in this terminal (ulimit -n 1024), or for good in /etc/security/limits.conf.',
  broken: 'Restart Docker (sudo systemctl restart docker) and read its log (journalctl -u docker).',
}

/** What to do while Docker is down, as a sentence. */
export function dockerTodo(docker: Extract<DockerSeen, { kind: 'down' }>): string {
  const { means } = docker
  switch (means?.kind) {
    case 'start':
      return `Start ${means.title}: maculactl docker start does it, or ${commandOfMeans(means)}.`
    case 'install':
      return 'Set-up installs the Docker of this distribution, with Compose, and goes on when it answers.'
    case 'join':
      return 'Set-up puts you into the group docker and lets you use Docker at once.'
    case undefined:
      return docker.todo ?? todos[docker.code]
  }
}

/** Why it is down; what was found of it here is said instead of what might be. */
function dockerWhy({ says, means }: Extract<DockerSeen, { kind: 'down' }>): string {
  if (means?.kind !== 'start' && means?.kind !== 'install') return says
  const is =
    means.kind === 'start' ? `${means.title} is installed and does not run` : 'Docker is not installed'
  return says.replace(/: Docker (?:is not installed or not running|does not run there)\.$/, `: ${is}.`)
}

/** What brings Docker back, as a button and as a command. */
export function dockerFix({ means }: Extract<DockerSeen, { kind: 'down' }>): Fix {
  switch (means?.kind) {
    case 'start':
      return {
        // An ellipsis asks first: for the password.
        label: means.by === 'root' ? `Start ${means.title}…` : `Start ${means.title}`,
        command: 'maculactl docker start',
        action: { kind: 'engine' },
      }
    case 'install':
      return {
        label: 'Install Docker…',
        command: 'maculactl setup',
        action: { kind: 'setup', changes: ['docker'] },
      }
    case 'join':
      return {
        label: 'Allow Docker…',
        command: 'maculactl setup',
        action: { kind: 'setup', changes: ['docker'] },
      }
    case undefined:
      return { label: 'Check again', command: 'maculactl doctor', action: { kind: 'none' } }
  }
}

export function dockerCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const { docker } = frame.world
  if (docker.kind === 'up' || docker.kind === 'connecting') return undefined
  const what = {
    address: 'Docker was not asked: its address is not clear.',
    limits: 'Docker cannot be asked by this process.',
  } as const
  return {
    id: 'docker',
    headline: {
      what: `${docker.code === 'address' || docker.code === 'limits' ? what[docker.code] : 'Docker does not answer.'} Names, addresses and forwarders are still checked.`,
      why: dockerWhy(docker),
      todo: dockerTodo(docker),
      fix: dockerFix(docker),
    },
    services: views.filter((view) => view.state === 'unknown').map((view) => view.id),
  }
}
