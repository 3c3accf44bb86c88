import { useEffect, useRef, type ReactNode } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { LOAD_KEPT_MS } from '../../../main/model/load.ts'
import { withGaps } from './samples.ts'

export interface ChartProps {
  /** Epoch ms, rising. */
  readonly at: readonly number[]
  readonly values: readonly number[]
  /** Upper end of the scale. */
  readonly top: number
  /** All of it in words, for who does not see it. */
  readonly says: string
}

/** A colour of the style sheets as it is now. */
const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim()

function options(width: number, height: number): UPlot.Options {
  return {
    width,
    height,
    pxAlign: 0,
    padding: [2, 0, 1, 0],
    cursor: { show: false },
    legend: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: { x: { time: false }, y: {} },
    series: [
      {},
      {
        width: 1.5,
        stroke: () => token('--accent'),
        fill: () => token('--accent-soft'),
        points: { show: false },
      },
    ],
    hooks: {
      // The lower and the upper end of the scale.
      drawClear: [
        (plot) => {
          const { ctx, bbox } = plot
          ctx.save()
          ctx.strokeStyle = token('--line')
          ctx.lineWidth = devicePixelRatio
          for (const [y, dash] of [
            [bbox.top, 3],
            [bbox.top + bbox.height, 0],
          ] as const) {
            ctx.setLineDash(dash === 0 ? [] : [dash * devicePixelRatio, dash * devicePixelRatio])
            ctx.beginPath()
            ctx.moveTo(bbox.left, y)
            ctx.lineTo(bbox.left + bbox.width, y)
            ctx.stroke()
          }
          ctx.restore()
        },
      ],
    },
  }
}

/** A small live line of the last hour, with holes where nobody looked. It never moves between measurements. */
export function Chart({ at, values, top, says }: ChartProps): ReactNode {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(undefined)
  useEffect(() => {
    const element = place.current
    if (!element) return undefined
    const own = new UPlot(options(element.clientWidth, element.clientHeight), [[], []], element)
    plot.current = own
    const sizes = new ResizeObserver(() => {
      own.setSize({ width: element.clientWidth, height: element.clientHeight })
    })
    sizes.observe(element)
    // Colours are read when it is drawn; a change of the theme draws it again.
    const redraw = (): void => own.redraw()
    const themes = new MutationObserver(redraw)
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      sizes.disconnect()
      themes.disconnect()
      own.destroy()
      plot.current = undefined
    }
  }, [])
  useEffect(() => {
    const own = plot.current
    if (!own) return
    const end = at.at(-1) ?? 0
    own.batch(() => {
      const line = withGaps(at, values)
      own.setData([[...line.at], [...line.values]], false)
      own.setScale('x', { min: end - LOAD_KEPT_MS, max: end })
      own.setScale('y', { min: 0, max: top })
    })
  }, [at, values, top])
  // Drawn into by the chart; an <img> cannot hold it.
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
  return <div className="chart" ref={place} role="img" aria-label={says} />
}
