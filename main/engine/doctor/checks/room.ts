import { sayBytes } from '../../../model/say.ts'
import { fine, type Check, type Finding } from '../check.ts'

/** Below this the next start or a busy log may fill the disk (bytes). */
const LITTLE_BYTES = 200 * 1024 * 1024

export const room: Check = {
  id: 'room',
  group: 'files',
  title: 'Disk space',
  async run({ room: look }) {
    const seen = await look()
    const findings = seen.flatMap(({ folder, free, trouble }): readonly Finding[] => {
      if (trouble)
        return [
          {
            result: 'failed',
            what: `${folder} cannot be written.`,
            why: `${trouble.why} Nothing can be started or set up; maculactl down and maculactl undo need no room.`,
            todo: trouble.todo,
          },
        ]
      if (free !== undefined && free < LITTLE_BYTES)
        return [
          {
            result: 'warning',
            what: `The disk of ${folder} is nearly full: ${sayBytes(free)} are left.`,
            why: 'Logs and data of services grow; a database that cannot write stops.',
            todo: 'Free some space: docker system df shows what images and volumes use.',
          },
        ]
      return []
    })
    if (findings.length > 0 || seen.length === 0) return findings
    const least = Math.min(...seen.map(({ free = Infinity }) => free))
    return [fine(`All folders of Macula can be written; ${sayBytes(least)} are free.`)]
  },
}
