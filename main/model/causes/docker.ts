import type { DockerSeen } from '../observation.ts'
import type { ServiceView, SharedCause } from '../snapshot.ts'
import type { Frame } from '../frame.ts'

/** What to do while Docker is down, by what is wrong with it; restarting it helps only where Docker itself fails. */
const todos: Readonly<Record<Extract<DockerSeen, { kind: 'down' }>['code'], string>> = {
  absent: 'Install Docker, or start it (sudo systemctl start docker).',
  denied: 'Let your user talk to Docker (sudo usermod -aG docker $USER), then sign in again.',
  old: 'Install Docker Engine 25 or newer.',
  slow: 'Wait, or restart Docker (sudo systemctl restart docker).',
  address:
    'Lead Macula to a Docker engine: DOCKER_HOST, docker context use, or "dockerHost" in settings.json.',
  limits: 'Raise the limit in this terminal (ulimit -n 1024), or for good in /etc/security/limits.conf.',
  broken: 'Restart Docker (sudo systemctl restart docker) and read its log (journalctl -u docker).',
}

/** What to do while Docker is down, as a sentence. */
export function dockerTodo(docker: Extract<DockerSeen, { kind: 'down' }>): string {
  return docker.todo ?? todos[docker.code]
}

export function dockerCause(frame: Frame, views: readonly ServiceView[]): SharedCause | undefined {
  const { docker } = frame.world
  if (docker.kind === 'up' || docker.kind === 'connecting') return undefined
  const what = {
    address: 'Docker is not asked: where it is, is not clear.',
    limits: 'Docker cannot be asked by this process.',
  } as const
  return {
    id: 'docker',
    headline: {
      what: `${docker.code === 'address' || docker.code === 'limits' ? what[docker.code] : 'Docker does not answer.'} Names, addresses and forwarders are still checked.`,
      why: docker.says,
      todo: dockerTodo(docker),
      fix: { label: 'Check again', command: 'maculactl doctor', action: { kind: 'none' } },
    },
    services: views.filter((view) => view.state === 'unknown').map((view) => view.id),
  }
}
