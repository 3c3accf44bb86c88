import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import stringWidth from 'string-width'
import { parseSync } from 'vite'
import { z } from 'zod'
import { describe, expect, test } from 'vitest'
import {
  inAscii,
  layersIn,
  lateSchema,
  startIn,
  withLateEmoji,
  withLateSchemas,
  withLateSegmenter,
  withNarrowSigns,
  withoutFacades,
} from '../../../vite.plugins.ts'

/** What a build changes of what is written. */

describe('Node’s own modules', () => {
  test('are asked of the process, in every form of import', () => {
    expect(
      withoutFacades(
        [
          'import { readFileSync } from "node:fs";',
          'import { connect as connect$1, createServer } from "node:net";',
          'import process from "node:process";',
          'import os, { constants as constants$2 } from "node:os";',
          'import * as url from "url";',
        ].join('\n'),
      ).split('\n'),
    ).toEqual([
      ' const { readFileSync } = globalThis.process.getBuiltinModule("node:fs");',
      ' const { connect: connect$1, createServer } = globalThis.process.getBuiltinModule("node:net");',
      'const process = globalThis.process.getBuiltinModule("node:process"); ',
      'const os = globalThis.process.getBuiltinModule("node:os"); const { constants: constants$2 } = globalThis.process.getBuiltinModule("node:os");',
      'const url = globalThis.process.getBuiltinModule("url");',
    ])
  })

  test('others stay as they are', () => {
    const code = [
      'import { z } from "./maculactl-zod-abc.mjs";',
      'import "node:fs";',
      '\timport { x } from "node:fs";',
      'const text = `import { x } from "node:fs";`;',
    ].join('\n')
    expect(withoutFacades(code)).toBe(code)
  })
})

describe('the pattern of all emoji', () => {
  const source = readFileSync(createRequire(import.meta.url).resolve('string-width'), 'utf8')

  test('is made late', () => {
    expect(source).toMatch(/^const \w+ = \/.*RGI_Emoji/m)
    expect(withLateEmoji(source)).not.toMatch(/^const \w+ = \/.*RGI_Emoji/m)
  })

  test('every text has the same width', () => {
    const at = withLateEmoji(source).indexOf('const mayBeEmoji')
    const late = withLateEmoji(source).slice(at, withLateEmoji(source).indexOf('};', at) + 2)
    const written = /^const emojiPrefixRegex = \/(.*)\/v;$/m.exec(source)?.[1] ?? ''
    const pattern = new RegExp(written, 'v')
    // eslint-disable-next-line no-new-func, typescript/no-implied-eval -- what the build makes is code
    const { exec } = new Function(`${late}\nreturn emojiPrefixRegex`)() as Pick<RegExp, 'exec'>
    const joined = ['👩‍💻', '🏳️‍🌈', '👍🏽', '1️⃣', '🇩🇪', '🇩', '✔️', '✔', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '═', '›', 'é', '©', '㊗️', '한']
    const single = Array.from({ length: 0x20_000 }, (_, code) => String.fromCodePoint(code))
    const texts = [...joined, ...single, ...single.map((one) => `${one}\u{FE0F}`)]
    expect(texts.filter((text) => exec(text)?.[0] !== pattern.exec(text)?.[0])).toEqual([])
    expect(stringWidth('👩‍💻')).toBe(2)
  })
})

describe('signs of our own', () => {
  const source = readFileSync(createRequire(import.meta.url).resolve('string-width'), 'utf8')
  const written = /^const \w+ = (\/\[\^.*\])\/v;$/m.exec(withNarrowSigns(source))?.[1] ?? ''
  const other = new RegExp(written.slice(1), 'v')

  test('what counts as one column each is so, alone and beside each other', () => {
    const narrow = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCodePoint(code)).filter(
      (one) => !other.test(one),
    )
    expect(narrow.length).toBeGreaterThan(200)
    expect(narrow.filter((one) => stringWidth(one) !== 1)).toEqual([])
    expect(narrow.filter((one) => narrow.some((two) => stringWidth(one + two) !== 2))).toEqual([])
  })

  test('the signs of every line of status are among them', () => {
    expect('✔ Registry ›registry.macula.local 127.0.0.1:5000 ═╪═╪ · ✖ ▲ ○ ◌ – …').not.toMatch(other)
  })

  test('what a following character may change is measured', () => {
    for (const text of ['✔️', 'é', '한', '◽']) expect(text).toMatch(other)
  })

  test('a segmenter is made when it is used', () => {
    const code = "const GRAPHEME = new Intl.Segmenter(undefined, {granularity: 'grapheme'});"
    // eslint-disable-next-line no-new-func, typescript/no-implied-eval -- what the build makes is code
    const made = new Function(`${withLateSegmenter(code)}\nreturn GRAPHEME`)() as Intl.Segmenter
    expect(withLateSegmenter(code)).not.toMatch(/^const \w+ = new/m)
    expect([...made.segment('ab')].map((one) => one.segment)).toEqual(['a', 'b'])
  })
})

describe('what is loaded together', () => {
  const modules: Readonly<Record<string, readonly string[]>> = {
    'main/cli.ts': ['main/cli/brief.ts'],
    'main/cli/compiled.ts': ['main/system/home.ts', 'main/cli/brief.ts'],
    'main/cli/program.ts': ['commander', 'main/system/home.ts', 'main/cli/brief.ts', 'main/model/say.ts'],
    'main/system/open-system.ts': ['main/model/say.ts', 'main/system/a.ts'],
    'main/system/a.ts': ['main/system/b.ts'],
    'main/system/b.ts': ['main/system/a.ts'],
  }
  const graph = { getModuleInfo: (id: string) => ({ importedIds: modules[id] ?? [] }) }
  const layerOf = layersIn('')

  test.each([
    ['main/cli/brief.ts', undefined],
    // Compiled before Node keeps anything, so nothing large is among it.
    ['main/cli/compiled.ts', 'early'],
    ['main/system/home.ts', 'early'],
    ['commander', 'words'],
    ['main/model/say.ts', 'words'],
    ['main/system/b.ts', 'engine'],
    ['main/cli/commands/tls.ts', undefined],
  ])('%s is in %s', (id, layer) => expect(layerOf(id, graph)).toBe(layer))
})

describe('schemas that are made when they are first looked at', () => {
  const code = [
    'import { z } from "zod";',
    'const one = z.string().min(1);',
    'export const two = z.object({ one });',
    'const list = [z.string()];',
    'let three = z.string();',
    'const four = other.z();',
    'function inside() { const five = z.string(); return five }',
  ].join('\n')

  test('are those of the module, and nothing else of it', () => {
    const late = withLateSchemas(code, parseSync('x.js', code).program.body)
    expect(late.split('\n').slice(2)).toEqual([
      'const one = /* @__PURE__ */ lateSchema(() => z.string().min(1));',
      'export const two = /* @__PURE__ */ lateSchema(() => z.object({ one }));',
      'const list = [z.string()];',
      'let three = z.string();',
      'const four = other.z();',
      'function inside() { const five = z.string(); return five }',
    ])
  })

  test('check as they do, within each other too, and are made once', () => {
    let made = 0
    const one = lateSchema(() => ((made += 1), z.string().min(2, { error: 'too short' })))
    const two = lateSchema(() => z.strictObject({ one, more: z.array(one).default([]) }).refine(() => true))
    expect(made).toBe(0)
    expect(two.parse({ one: 'ab' })).toEqual({ one: 'ab', more: [] })
    expect(two.safeParse({ one: 'a' }).error?.issues).toMatchObject([{ message: 'too short', path: ['one'] }])
    expect(two.safeParse({ one: 'ab', odd: 1 }).error?.issues).toMatchObject([{ code: 'unrecognized_keys' }])
    expect(one.optional().safeParse(undefined).success).toBe(true)
    expect(one).toBeInstanceOf(z.ZodString)
    expect('safeParse' in one).toBe(true)
    expect(made).toBe(1)
  })
})

test('the window begins with one file: the frame and home, with all that they need before they are drawn', () => {
  const modules: Readonly<Record<string, readonly string[]>> = {
    'renderer/main.tsx': ['react', 'renderer/app.tsx'],
    'renderer/app.tsx': ['renderer/parts/icon.tsx'],
    'renderer/views/services/services-view.tsx': ['renderer/parts/rails.tsx', 'renderer/parts/icon.tsx'],
    'renderer/views/logs/logs-view.tsx': ['renderer/parts/icon.tsx', 'renderer/views/logs/ring.ts'],
  }
  const graph = { getModuleInfo: (id: string) => ({ importedIds: modules[id] ?? [] }) }
  const fileOf = startIn('')
  const all = [...Object.keys(modules), ...Object.values(modules).flat()]
  const later = [...new Set(all)].filter((id) => fileOf(id, graph) === undefined)
  expect(later).toEqual(['renderer/views/logs/logs-view.tsx', 'renderer/views/logs/ring.ts'])
  expect(fileOf('renderer/parts/rails.tsx', graph)).toBe('start')
})

describe('a script in ASCII', () => {
  const source = [
    "const text = 'one … two – „three“ \u{1F600} 😀 é'",
    'const shown = `${text} ← ${/^[–…😀]+$/u.test("–😀")} ${/[^\\x00-\\x7F]/.source}`',
    'const größe = text.length',
    'export default [text, shown, größe]',
  ]

  test('says the same, in texts, templates, patterns and names', async () => {
    const run = async (code: string): Promise<unknown> =>
      (
        (await import(`data:text/javascript;charset=utf-8,${encodeURIComponent(code)}`)) as {
          default: unknown
        }
      ).default
    const code = inAscii(source.join('\n'))
    expect(code).toMatch(/^[\0-\x7F]*$/)
    expect(await run(code)).toEqual(await run(source.join('\n')))
  })
})
