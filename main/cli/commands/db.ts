import { MaculaError } from '../../model/errors.ts'
import { sayBytes } from '../../model/say.ts'
import { waiting, withEngine, writeJson, type Face } from '../face.ts'
import { drawList } from '../draw/list.ts'

const COLUMNS = [
  { head: 'Database' },
  { head: 'Size', side: 'right' },
  { head: 'Owner' },
  { head: 'Extensions' },
] as const

/** Lists databases, or makes one and prints how a program reaches it. */
export async function db(face: Face, words: readonly string[]): Promise<number> {
  const [verb = 'list', name, ...more] = words
  return await withEngine(face, async ({ engine, clean }) => {
    if (verb === 'create') {
      if (name === undefined || more.length > 0)
        throw new MaculaError({
          kind: 'usage',
          what: 'Name one database to create.',
          todo: 'maculactl db create NAME',
        })
      const made = await waiting(face, `Creating ${clean.text(name)}`, engine.createDatabase(name))
      if (face.json) {
        const { databaseJson } = await import('../json/db.ts')
        await writeJson(face.out, databaseJson(name, made), 'whole')
        return 0
      }
      face.err.line(
        made.made ? `${name} was created.` : `${name} existed already; its extensions are there too.`,
      )
      if (made.url === '')
        face.err.line(`It cannot be reached now; maculactl env ${clean.text(made.service)} says why.`)
      else face.out.line(made.url)
      return 0
    }
    if (name !== undefined)
      throw new MaculaError({
        kind: 'usage',
        what: 'db list takes no name.',
        todo: `To create it: maculactl db create ${clean.text(name)}`,
      })
    const view = await waiting(face, 'Asking the database', engine.databases())
    if (face.json) {
      const { databasesJson } = await import('../json/db.ts')
      await writeJson(face.out, clean.concealDeep(databasesJson(view)), 'whole')
      return 0
    }
    const rows = view.databases.map((one) => [
      clean.text(one.name),
      sayBytes(one.bytes),
      clean.text(one.owner),
      one.extensions.length === 0 ? 'no extension' : clean.text(one.extensions.join(', ')),
    ])
    face.out.lines(drawList(face.out.style(), COLUMNS, rows))
    return 0
  })
}
