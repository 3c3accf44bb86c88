import { useEffect, useState, type ReactNode } from 'react'
import { Copy } from '../../parts/copy.tsx'
import { useShellState } from '../../store/use-shell.ts'
import { sayAbout } from '../../words/about.ts'
import { Images } from './images.tsx'
import { Opened } from './opened.tsx'
import { changelog, licences, pages, type Licences } from './texts.ts'
import './about.css'

/** What this is, where its files lie, and what it is made of. */
export function AboutView(): ReactNode {
  const about = useShellState((state) => state.about)
  const facts: readonly (readonly [string, string, boolean])[] =
    about === null
      ? []
      : [
          [sayAbout.version, about.version, true],
          [sayAbout.shown, sayAbout.face[about.face], false],
          [sayAbout.platform, sayAbout.platforms[about.platform] ?? about.platform, false],
          [sayAbout.config, about.folders.config, true],
          [sayAbout.state, about.folders.state, true],
          [sayAbout.licence, sayAbout.ours, false],
        ]
  return (
    <main className="page" aria-busy={about === null}>
      <div className="bar-t" data-region="top">
        <div className="grow">
          <h1>{sayAbout.title}</h1>
          <p>{sayAbout.says}</p>
        </div>
      </div>
      <div className="scroll about" data-region="list" tabIndex={-1}>
        <dl>
          {facts.map(([name, value, copies]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <span className={copies ? 'mono' : undefined}>{value}</span>
                {copies ? <Copy text={value} what={value} /> : null}
              </dd>
            </div>
          ))}
        </dl>
        <Images />
        <h2>{sayAbout.docs}</h2>
        <p>{sayAbout.docsSays}</p>
        {pages.map(({ id, read }) => (
          <Opened key={id} title={sayAbout.pages[id]} read={read} />
        ))}
        <Opened title={sayAbout.changes} read={changelog} />
        <Made />
      </div>
    </main>
  )
}

/** The packages that are shipped, each with its licence. */
function Made(): ReactNode {
  const [made, setMade] = useState<Licences | 'unread' | null>(null)
  useEffect(() => {
    let isOver = false
    const put = (next: Licences | 'unread'): void => {
      if (!isOver) setMade(next)
    }
    licences().then(put, () => put('unread'))
    return () => {
      isOver = true
    }
  }, [])
  return (
    <>
      <h2>{sayAbout.made}</h2>
      {made === null ? <p>{sayAbout.loading}</p> : null}
      {made === 'unread' ? <p>{sayAbout.unread}</p> : null}
      {made === null || made === 'unread' ? null : (
        <>
          <p>{sayAbout.madeSays(made.packages.length)}</p>
          {made.packages.map(({ name, version, licence, text }) => (
            <Opened
              key={`${name} ${version}`}
              title={
                <>
                  {name} {version} <span className="t3">{licence}</span>
                </>
              }
              read={async () => await Promise.resolve(made.texts[text] || sayAbout.noText(licence))}
            />
          ))}
        </>
      )}
    </>
  )
}
