import { MaculaError } from '../../model/errors.ts'
import { drawList } from '../draw/list.ts'
import { waiting, withEngine, writeJson, type Face } from '../face.ts'

/** Lists buckets of the object store, or makes one and prints how programs of S3 call it. */
export async function s3(
  face: Face,
  words: readonly string[],
  options: { readonly versioned?: boolean },
): Promise<number> {
  const [verb = 'list', name, ...more] = words
  return await withEngine(face, async ({ engine, clean }) => {
    if (verb === 'create') {
      if (name === undefined || more.length > 0)
        throw new MaculaError({
          kind: 'usage',
          what: 'Name one bucket to create.',
          todo: 'maculactl s3 create BUCKET',
        })
      const versioned = options.versioned === true
      const made = await waiting(
        face,
        `Creating ${clean.text(name)}`,
        engine.createBucket(name, { versioned }),
      )
      if (face.json) {
        const { bucketJson } = await import('../json/s3.ts')
        await writeJson(face.out, bucketJson(name, made), 'whole')
        return 0
      }
      face.err.line(
        made.made
          ? `${name} was created${versioned ? ', versioned' : ''}.`
          : `${name} existed already and was not changed.`,
      )
      face.out.line(`s3://${name}`)
      return 0
    }
    if (name !== undefined || options.versioned === true)
      throw new MaculaError({
        kind: 'usage',
        what: name === undefined ? '--versioned belongs to s3 create.' : 's3 list takes no name.',
        todo: `To create a bucket: maculactl s3 create ${name === undefined ? 'BUCKET --versioned' : clean.text(name)}`,
      })
    const view = await waiting(face, 'Asking the object store', engine.buckets())
    if (face.json) {
      const { bucketsJson } = await import('../json/s3.ts')
      await writeJson(face.out, clean.concealDeep(bucketsJson(view)), 'whole')
      return 0
    }
    face.out.lines(
      drawList(
        face.out.style(),
        [{ head: 'Bucket' }],
        view.buckets.map((one) => [clean.text(one)]),
      ),
    )
    if (view.buckets.length === 0) face.err.line('There is no bucket yet: maculactl s3 create BUCKET')
    return 0
  })
}
