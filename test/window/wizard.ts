import type { WizardState, WizardStep, WizardStepId } from '../../main/model/wizard.ts'
import type { WorldName } from './worlds.ts'

/** The set-up as it would stand in each world: all done, or nothing yet. */

type Words = Pick<WizardStep, 'title' | 'says' | 'what' | 'why' | 'todo' | 'command' | 'skippable'>

const words: Readonly<Record<WizardStepId, Words>> = {
  welcome: {
    title: 'Welcome',
    says: '14 services',
    what: '14 services of the platform run in containers on this machine, each at a name and an address of its own.',
    why: 'Nothing is changed or downloaded before you say so; your password is asked for once at most.',
    todo: 'Choose what to run.',
    command: 'maculactl setup',
    skippable: false,
  },
  docker: {
    title: 'Docker',
    says: '29.7.2, you may use it',
    what: 'Docker 29.7.2 answers at /var/run/docker.sock in 4 ms, and you may use it.',
    why: 'All services run in containers.',
    todo: '',
    command: 'docker info',
    skippable: false,
  },
  before: {
    title: 'What was here before',
    says: 'The Compose project infrastructure, forwarders and 2 lines of /etc/hosts',
    what: 'This machine has the platform’s earlier set-up: the Compose project infrastructure in /home/ada/macula/dev/infrastructure, forwarders (socat) and 2 lines of /etc/hosts.',
    why: 'It holds 172.23.0.0/16 and port 80 of all addresses.',
    todo: 'maculactl migrate shows what taking it over would do, with its data, and asks before anything is done.',
    command: 'maculactl migrate',
    skippable: true,
  },
  tools: {
    title: 'Tools',
    says: 'dnsmasq and socat are missing',
    what: 'dnsmasq and socat are not installed; Compose 2.26.1 is.',
    why: 'dnsmasq answers the names, socat forwards the ports. Both run as you.',
    todo: 'They are among the changes of the next steps.',
    command: 'sudo apt-get install --yes --no-install-recommends dnsmasq-base socat',
    skippable: true,
  },
  network: {
    title: 'Network',
    says: '172.23.0.0/24 is free',
    what: '172.23.0.0/24 is free, and no other network overlaps it.',
    why: 'Containers have fixed addresses in it.',
    todo: '',
    command: 'docker network inspect macula',
    skippable: false,
  },
  review: {
    title: 'Review',
    says: '3 changes',
    what: 'Three changes of this machine are prepared.',
    why: 'You see every file before it is written.',
    todo: 'Read them, leave out what you do not want.',
    command: 'maculactl setup --print',
    skippable: true,
  },
  password: {
    title: 'Password',
    says: 'asked once at most',
    what: 'The changes need root once.',
    why: 'Nothing stays running as root.',
    todo: 'Apply the changes; your desktop asks for the password.',
    command: 'maculactl setup',
    skippable: true,
  },
  names: {
    title: 'Names',
    says: '16 names, 3 ms',
    what: 'All 16 names are found through the resolver of this machine, in 3 ms.',
    why: 'Then http://grafana.macula.local works without a port.',
    todo: '',
    command: 'maculactl doctor',
    skippable: true,
  },
  images: {
    title: 'Images',
    says: '14 images, 3.1 GB',
    what: 'The images of all services are here.',
    why: 'Containers are made of them.',
    todo: 'Download them.',
    command: 'maculactl up',
    skippable: true,
  },
  start: {
    title: 'First start',
    says: 'all services answer',
    what: 'All services answer through the whole path.',
    why: 'Each starts as soon as what it needs answers.',
    todo: 'Start all services.',
    command: 'maculactl up',
    skippable: true,
  },
  cluster: {
    title: 'KinD cluster',
    says: 'optional, 700 MB of memory',
    what: 'There is no cluster yet. Services work without one.',
    why: 'Applications (Kubernetes manifests) run in it and use these services by the same names. It takes about 700 MB of memory, 1 GB of disk and a node image of 1 GB once, and some minutes.',
    todo: 'Create it now, or any time later: it is the first row of Applications.',
    command: 'maculactl up cluster/hub',
    skippable: true,
  },
  done: {
    title: 'Done',
    says: '',
    what: 'This machine is set up.',
    why: '',
    todo: 'Open Grafana, or copy a connection string.',
    command: 'maculactl status',
    skippable: false,
  },
}

/** How far each world is: everything before this step is done. */
const at: Readonly<Record<WorldName, WizardStepId>> = {
  green: 'done',
  trouble: 'start',
  'ten-red': 'start',
  'docker-down': 'docker',
  nothing: 'tools',
  old: 'before',
}

/** The set-up in a world, without the steps that were left out. */
export function wizardOf(name: WorldName, skipped: ReadonlySet<WizardStepId>): WizardState {
  // There is such a step only where something was before.
  const ids = (Object.keys(words) as WizardStepId[]).filter(
    (id): boolean => id !== 'before' || name === 'old',
  )
  const here = ids.indexOf(at[name])
  const steps = ids.map((id, index): WizardStep => {
    const done = index < here || at[name] === 'done'
    const trouble = index === here && ['docker-down', 'trouble', 'ten-red', 'old'].includes(name)
    const state =
      skipped.has(id) || id === 'cluster'
        ? 'skipped'
        : done
          ? 'done'
          : trouble
            ? 'trouble'
            : index === here || id === 'review' || id === 'images'
              ? 'todo'
              : 'waiting'
    const down = id === 'docker' && name === 'docker-down'
    return {
      id,
      ...words[id],
      ...(down
        ? {
            says: 'does not answer',
            what: 'Docker does not answer: there is no socket at /var/run/docker.sock.',
            todo: 'Start Docker.',
            command: 'sudo systemctl start docker',
            fix: {
              label: 'Start Docker…',
              command: 'sudo systemctl start docker',
              action: { kind: 'engine' as const },
            },
          }
        : {}),
      ...(done ? { todo: '' } : {}),
      says: down ? 'does not answer' : state === 'waiting' ? '' : words[id].says,
      state,
      ...(id === 'cluster'
        ? {
            fix: {
              label: 'Create the cluster',
              command: words.cluster.command,
              action: { kind: 'start' as const, services: ['cluster/hub'] },
            },
          }
        : {}),
      undo: id === 'password' && done ? ['low-ports', 'route-systemd-resolved'] : [],
    }
  })
  const next = steps.find(({ state }) => state !== 'done' && state !== 'skipped')
  return { steps, at: next?.id ?? 'done', chosen: null, first: name === 'nothing' || name === 'old' }
}
