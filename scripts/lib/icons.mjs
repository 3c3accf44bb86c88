import { Resvg } from '@resvg/resvg-js'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './process.mjs'

const icons = join(root, 'assets', 'icons')
const source = join(icons, 'source')

/** Colours of the tray's shapes: one colour, but for problems. `template`: macOS colours it. */
const tones = {
  light: { plain: '#2b2c30', degraded: '#8a5600', failed: '#b3271c' },
  dark: { plain: '#f2f2f4', degraded: '#e4b15a', failed: '#ff8b7e' },
}

/** An edge in the other tone, which a panel of the tone that we took it for swallows: on any other it draws the shape alone.
 * By a blur, for resvg rounds the radius of feMorphology, and the edge would be on one side only. */
const halo = (colour) => `<filter id="halo" x="-20%" y="-20%" width="140%" height="140%">
  <feGaussianBlur in="SourceAlpha" stdDeviation="0.75"/>
  <feComponentTransfer result="wide"><feFuncA type="linear" slope="6" intercept="-0.6"/></feComponentTransfer>
  <feFlood flood-color="${colour}" flood-opacity="1"/>
  <feComposite in2="wide" operator="in" result="edge"/>
  <feMerge><feMergeNode in="edge"/><feMergeNode in="SourceGraphic"/></feMerge>
</filter>`

function draw(name, size, file, colour = '#000000', edge) {
  let svg = readFileSync(join(source, `${name}.svg`), 'utf8').replaceAll('currentColor', colour)
  if (edge !== undefined)
    svg = svg
      .replace(/(<svg[^>]*>)/, `$1${halo(edge)}<g filter="url(#halo)">`)
      .replace('</svg>', '</g></svg>')
  writeFileSync(join(icons, file), new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng())
}

const named = (prefix) =>
  readdirSync(source).flatMap((file) =>
    file.startsWith(prefix) ? [file.slice(prefix.length, -'.svg'.length)] : [],
  )

/** Draws every PNG in assets/icons from its SVG in assets/icons/source; they are committed. */
export async function main() {
  for (const folder of ['tray', 'menu', 'app']) {
    rmSync(join(icons, folder), { recursive: true, force: true })
    mkdirSync(join(icons, folder))
  }
  for (const shape of named('tray-')) {
    for (const [tone, colours] of Object.entries(tones))
      for (const size of [22, 24]) {
        const colour = colours[shape] ?? colours.plain
        const edge = tone === 'light' ? tones.dark.plain : tones.light.plain
        draw(`tray-${shape}`, size, `tray/${shape}-${tone}-${size}.png`, colour, edge)
        draw(`tray-${shape}`, 2 * size, `tray/${shape}-${tone}-${size}@2x.png`, colour, edge)
      }
    draw(`tray-${shape}`, 18, `tray/${shape}Template.png`)
    draw(`tray-${shape}`, 36, `tray/${shape}Template@2x.png`)
  }
  for (const state of named('state-')) {
    draw(`state-${state}`, 16, `menu/${state}.png`)
    draw(`state-${state}`, 32, `menu/${state}@2x.png`)
  }
  for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024]) draw('app', size, `app/${size}x${size}.png`)
  return 0
}
