import type { ReactNode } from 'react'
import type { SettingsView as View } from '../../../main/model/service.ts'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { ErrorNote } from '../../parts/empty.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { Choice } from '../../parts/tabs.tsx'
import { useAsked } from '../../store/use-asked.ts'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { sayCommon } from '../../words/common.ts'
import { saySettings } from '../../words/settings.ts'
import { sayShell } from '../../words/shell.ts'
import { ClusterSection } from './cluster-section.tsx'
import { NetworkSection } from './network-section.tsx'
import { ResetSection } from './reset-section.tsx'
import { Row, Section, SwitchRow, TextRow } from './rows.tsx'
import { useDraft, useSaveNow } from './save.ts'
import { SetsSection } from './sets-section.tsx'
import './settings.css'

/** Settings: switches are saved at once, texts by their button. */
export function SettingsView(): ReactNode {
  const told = useShellState((state) => state.settings)
  // The store has what was told last; the routes change with the machine, so they are asked again.
  const { value, trouble, again } = useAsked('settings')
  const view =
    told === null || value?.problem !== undefined ? value : value && { ...told, routes: value.routes }
  const shown = view ?? told
  return (
    <main className="page" aria-busy={shown === undefined || shown === null}>
      <div className="bar-t" data-region="top">
        <div className="grow">
          <h1>{saySettings.title}</h1>
          {shown ? (
            <p className="cut">
              {saySettings.savedIn} <code>{shown.file}</code>
            </p>
          ) : (
            <p>{trouble === undefined ? saySettings.loading : saySettings.unread}</p>
          )}
        </div>
      </div>
      <div className="scroll" data-region="list" tabIndex={-1}>
        {trouble === undefined ? null : (
          <ErrorNote trouble={trouble}>
            <Button onPress={again}>{sayCommon.checkAgain}</Button>
          </ErrorNote>
        )}
        {shown?.problem === undefined ? null : (
          <ErrorNote trouble={shown.problem}>
            <Button onPress={again}>{sayCommon.checkAgain}</Button>
          </ErrorNote>
        )}
        {shown ? <Sections view={shown} /> : null}
      </div>
    </main>
  )
}

function Sections({ view }: { readonly view: View }): ReactNode {
  return (
    <div className="sets">
      <NetworkSection view={view} />
      <DockerSection view={view} />
      <ClusterSection view={view} />
      <StartSection view={view} />
      <LookSection view={view} />
      <SetsSection view={view} />
      <ServicesSection />
      <CopiesSection />
      <ResetSection view={view} />
      <AboutSection />
    </div>
  )
}

function DockerSection({ view }: { readonly view: View }): ReactNode {
  const docker = useShellState((state) => state.snapshot?.docker)
  const host = useDraft(view.settings.dockerHost, (value) => ({ dockerHost: value }))
  const words = saySettings.docker
  return (
    <Section title={saySettings.sections.docker}>
      <TextRow
        label={words.label}
        draft={host}
        hint={words.hint}
        means={words.means(host.value.trim())}
        placeholder={words.placeholder}
        after={
          docker === undefined || docker.kind === 'connecting' ? null : (
            <span className="flex sm t2">
              <StateShape state={docker.kind === 'up' ? 'works' : 'failed'} quiet />
              {docker.kind === 'up' ? words.version(docker.version) : words.down}
            </span>
          )
        }
      />
    </Section>
  )
}

/** Why what only the desktop application does cannot be set here; undefined: it can. */
function useNotHere(): string | undefined {
  return useShellState((state) => (state.about?.face === 'browser' ? saySettings.desktopOnly : undefined))
}

function StartSection({ view }: { readonly view: View }): ReactNode {
  const save = useSaveNow()
  const why = useNotHere()
  const { desktop } = view.settings
  const { notify } = desktop
  const words = saySettings.notify
  const kinds = ['failed', 'recovered', 'ready'] as const
  return (
    <>
      <Section title={saySettings.sections.start}>
        {why === undefined ? null : <p className="why">{why}</p>}
        <SwitchRow
          {...saySettings.services}
          on={desktop.startServices}
          why={why}
          onChange={(startServices) => save({ desktop: { startServices } })}
        />
        <SwitchRow
          {...saySettings.login}
          on={desktop.startAtLogin}
          why={why}
          onChange={(startAtLogin) => save({ desktop: { startAtLogin } })}
        />
        <SwitchRow
          {...saySettings.hidden}
          on={desktop.startMinimised}
          why={why}
          onChange={(startMinimised) => save({ desktop: { startMinimised } })}
        />
      </Section>
      <Section title={saySettings.sections.notify}>
        {why === undefined ? null : <p className="why">{why}</p>}
        {kinds.map((kind) => (
          <SwitchRow
            key={kind}
            {...words[kind]}
            on={notify[kind]}
            why={why}
            onChange={(on) => save({ desktop: { notify: { [kind]: on } } })}
            {...(notify.muted && notify[kind] ? { hint: words.pausedHint } : {})}
          />
        ))}
        <SwitchRow
          {...words.muted}
          on={notify.muted}
          why={why}
          onChange={(muted) => save({ desktop: { notify: { muted } } })}
        />
      </Section>
    </>
  )
}

function LookSection({ view }: { readonly view: View }): ReactNode {
  const save = useSaveNow()
  const { theme, letterKeys } = view.settings.desktop
  const words = saySettings.theme
  return (
    <>
      <Section title={saySettings.sections.look}>
        <Row label={words.label}>
          <Choice
            label={words.label}
            options={[
              { id: 'system', text: words.system },
              { id: 'light', text: words.light },
              { id: 'dark', text: words.dark },
            ]}
            chosen={theme}
            onChoose={(next) => save({ desktop: { theme: next } })}
          />
        </Row>
      </Section>
      <Section title={saySettings.sections.keys}>
        <SwitchRow
          {...saySettings.letters}
          on={letterKeys}
          onChange={(on) => save({ desktop: { letterKeys: on } })}
        />
      </Section>
    </>
  )
}

function ServicesSection(): ReactNode {
  const folder = useShellState((state) => state.about?.folders.services)
  const services = useShellState((state) => state.snapshot?.services)
  const problems = useShellState((state) => state.snapshot?.problems)
  const words = saySettings.folder
  const own = services?.filter((service) => service.origin === 'user') ?? []
  const bad = problems ?? []
  return (
    <Section title={saySettings.sections.services}>
      <Row label={words.label} below={<p className="hint">{words.hint}</p>}>
        <span className="mono cut" title={folder}>
          {folder}
        </span>
        {folder === undefined ? null : <Copy text={folder} what={words.what} />}
      </Row>
      <Row label={words.found}>
        <ul className="found">
          {own.length === 0 && bad.length === 0 ? <li className="t3">{words.nothing}</li> : null}
          {own.map((service) => (
            <li key={service.id}>
              <StateShape state={service.state} />
              {service.title}
            </li>
          ))}
          {bad.map((one) => (
            <li key={`${one.file} ${one.line}`}>
              <StateShape state="failed" />
              {one.service}
              <span className="hint">{words.line(one.file, one.line, one.reason)}</span>
            </li>
          ))}
        </ul>
      </Row>
    </Section>
  )
}

function CopiesSection(): ReactNode {
  const actions = useActions()
  return (
    <Section title={saySettings.sections.copies}>
      <Row label={sayShell.views.snapshots} hint={saySettings.copiesHint}>
        <Button small onPress={() => actions.go({ view: 'snapshots' })}>
          {sayShell.views.snapshots}
        </Button>
      </Row>
    </Section>
  )
}

function AboutSection(): ReactNode {
  const actions = useActions()
  const version = useShellState((state) => state.about?.version)
  return (
    <Section title={sayShell.views.about}>
      <Row label={sayCommon.product} hint={saySettings.aboutHint}>
        {version === undefined ? null : <span className="mono">{version}</span>}
        <Button small onPress={() => actions.go({ view: 'about' })}>
          {sayShell.views.about}
        </Button>
      </Row>
    </Section>
  )
}
