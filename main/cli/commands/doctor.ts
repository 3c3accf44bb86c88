import { drawDoctor } from '../draw/doctor.ts'
import { waiting, withEngine, writeJson, type Face } from '../face.ts'

/** Runs every check and shows what was found, why and what to do. Exit 1 when one failed. */
export async function doctor(face: Face): Promise<number> {
  return await withEngine(
    face,
    async ({ engine, clean }) => {
      const began = face.host.now()
      const checks = await waiting(face, 'Checking', engine.doctor())
      const failed = checks.some((check) => check.result === 'failed')
      if (face.json) {
        const { doctorJson } = await import('../json/doctor.ts')
        await writeJson(face.out, doctorJson(clean.concealDeep(checks)), 'whole')
      } else face.out.lines(drawDoctor(face.out.style(), clean.deep(checks), face.host.now() - began))
      return failed ? 1 : 0
    },
    true,
  )
}
