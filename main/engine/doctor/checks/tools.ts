import { tooFewFiles } from '../../../model/open-files.ts'
import { isAtLeast } from '../../../model/version.ts'
import { fine, type Check, type Finding } from '../check.ts'

/** Compose that understands the include of our stack; and the first that shows its progress in detail. */
const OLDEST = [2, 20] as const
const DETAILED = [2, 29] as const

const COMPOSE = 'Docker Compose'

function composeFinding(version: string | undefined): Finding {
  const todo =
    'Install the Compose plugin (Debian: docker-compose; Docker’s own packages: docker-compose-plugin).'
  if (version === undefined)
    return {
      result: 'failed',
      what: 'Docker Compose is not installed.',
      short: 'Compose is missing',
      why: 'Macula creates containers with it.',
      todo,
    }
  if (!isAtLeast(version, OLDEST))
    return {
      result: 'failed',
      what: `Docker Compose ${version} is too old.`,
      short: `Compose ${version} is too old`,
      why: `At least ${OLDEST.join('.')} is needed; ${DETAILED.join('.')} shows its progress in detail.`,
      todo,
    }
  return fine(
    isAtLeast(version, DETAILED)
      ? `Docker Compose is ${version}.`
      : `Docker Compose is ${version}; from ${DETAILED.join('.')} on it shows its progress in detail.`,
    `Compose ${version}`,
  )
}

const installCompose = {
  label: 'Install Compose…',
  command: 'maculactl setup',
  action: { kind: 'setup', changes: ['docker'] },
} as const

const wanted = [
  { tool: 'dnsmasq', without: 'Names are not answered; services open by address.' },
  { tool: 'socat', without: 'A forwarder of our own stands in; it is slower with many connections.' },
] as const

export const tools: Check = {
  id: 'tools',
  group: 'machine',
  title: 'Tools',
  async run({ adapters }) {
    const findings: Finding[] = []
    for (const { tool, without } of wanted) {
      const path = await adapters.host.tool(tool)
      findings.push(
        path === undefined
          ? {
              title: tool,
              result: 'warning',
              what: `${tool} is not installed.`,
              short: `${tool} is missing`,
              why: without,
              todo: 'Set-up installs it.',
              fix: {
                label: `Install ${tool}…`,
                command: 'maculactl setup',
                action: { kind: 'setup', changes: ['tools'] },
              },
            }
          : { ...fine(`${tool} is ${path}.`, tool), title: tool },
      )
    }
    const version = await adapters.stack.composeVersion()
    const few = version === undefined ? tooFewFiles(await adapters.host.openFiles()) : undefined
    const compose = composeFinding(version)
    const brings =
      compose.result === 'ok' ? undefined : await adapters.steps.find(({ id }) => id === 'docker')?.plan()
    findings.push(
      few === undefined
        ? brings === undefined || brings.inPlace
          ? { ...compose, title: COMPOSE }
          : { ...compose, title: COMPOSE, todo: 'Set-up installs it.', fix: installCompose }
        : {
            title: COMPOSE,
            result: 'unknown',
            what: 'Docker Compose could not be asked.',
            why: few.what,
            todo: few.todo ?? '',
          },
    )
    return findings
  },
}
