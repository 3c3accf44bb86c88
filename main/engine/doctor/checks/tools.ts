import { fine, type Check, type Finding } from '../check.ts'

const wanted = [
  { tool: 'dnsmasq', without: 'Names are not answered; services open by address.' },
  { tool: 'socat', without: 'A forwarder of our own stands in; it is slower with many connections.' },
] as const

export const tools: Check = {
  id: 'tools',
  group: 'machine',
  title: 'Tools',
  async run({ ports }) {
    const findings: Finding[] = []
    for (const { tool, without } of wanted) {
      const path = await ports.host.tool(tool)
      findings.push(
        path === undefined
          ? {
              result: 'warning',
              what: `${tool} is not installed.`,
              why: without,
              todo: 'Set-up installs it.',
              fix: {
                label: `Install ${tool}…`,
                command: 'maculactl setup',
                action: { kind: 'setup', changes: ['tools'] },
              },
            }
          : fine(`${tool} is ${path}.`),
      )
    }
    return findings
  },
}
