import { fine, type Check } from '../check.ts'

export const lowPorts: Check = {
  id: 'low-ports',
  group: 'machine',
  title: 'Port 80',
  async run({ adapters }) {
    const lowest = await adapters.host.lowestPort()
    if (lowest <= 80) return [{ ...fine('This user may listen on port 80.'), changes: ['low-ports'] }]
    return [
      {
        result: 'warning',
        what: `This user may not listen on ports below ${lowest}.`,
        why: 'Clean URLs (no port) need port 80; without it services open with their port.',
        todo: 'Set-up allows ports from 80.',
        fix: {
          label: 'Allow low ports…',
          command: 'maculactl setup',
          action: { kind: 'setup', changes: ['low-ports'] },
        },
      },
    ]
  },
}
