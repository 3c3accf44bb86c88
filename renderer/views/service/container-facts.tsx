import { useState, type ReactNode } from 'react'
import type { ServiceFacts } from '../../../main/model/facts.ts'
import { sayBytes, sayDay } from '../../../main/model/say.ts'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { sayService } from '../../words/service.ts'
import type { Facts } from './use-facts.ts'
import { VolumeDialog } from './volume-dialog.tsx'

/** "sha256:5c1e8f0b…d92a": enough to recognise it; all of it is copied. */
export function shortDigest(digest: string): string {
  const [kind = '', hex = ''] = digest.split(':')
  return hex.length > 16 ? `${kind}:${hex.slice(0, 8)}…${hex.slice(-4)}` : digest
}

/** What the container is made of. */
export function ContainerFacts(props: { readonly facts: Facts; readonly docker: boolean }): ReactNode {
  const { facts, trouble } = props.facts
  return (
    <section>
      <h2 className="h">{sayService.container}</h2>
      {facts ? (
        <FactList facts={facts} />
      ) : (
        <p className="sm t2">
          {!props.docker
            ? sayService.unknownContainer
            : facts === null
              ? sayService.noContainer
              : trouble
                ? [trouble.what, trouble.why].filter(Boolean).join(' ')
                : '…'}
        </p>
      )}
    </section>
  )
}

function FactList({ facts }: { readonly facts: ServiceFacts }): ReactNode {
  const volumes = facts.volumes.filter((volume) => volume.kind === 'volume')
  const files = facts.volumes.filter((volume) => volume.kind === 'bind')
  const [listed, setListed] = useState<string>()
  return (
    <>
      <dl className="facts">
        <Fact name={sayService.facts.name}>{facts.container}</Fact>
        <Fact name={sayService.facts.image}>{facts.image}</Fact>
        <div>
          <dt>{sayService.facts.digest}</dt>
          <dd className="mono flex">
            <span className="cut" title={facts.digest}>
              {shortDigest(facts.digest)}
            </span>
            <Copy text={facts.digest} what={sayService.digest} />
          </dd>
        </div>
        {facts.imageBytes === undefined ? null : (
          <Fact name={sayService.facts.size}>{sayBytes(facts.imageBytes)}</Fact>
        )}
        {facts.address === '' ? null : <Fact name={sayService.facts.address}>{facts.address}</Fact>}
        {facts.ports.length === 0 ? null : (
          <Several name={sayService.facts.ports} items={facts.ports.map((text) => ({ text, more: '' }))} />
        )}
        {volumes.length === 0 ? null : (
          <Several
            name={sayService.facts.volumes}
            items={volumes.map(({ name, bytes }) => ({
              text: name,
              more: bytes === undefined ? sayService.measuring : sayBytes(bytes),
              act: (
                <Button small label={sayService.listVolume(name)} onPress={() => setListed(name)}>
                  {sayService.list}
                </Button>
              ),
            }))}
          />
        )}
        {files.length === 0 ? null : (
          <Several
            name={sayService.facts.files}
            items={files.map(({ at, readOnly }) => ({ text: at, more: readOnly ? sayService.readOnly : '' }))}
          />
        )}
        <Fact name={sayService.facts.memory}>
          {facts.memoryLimit === 0 ? sayService.noLimit : sayService.limit(facts.memoryLimit)}
        </Fact>
        <Fact name={sayService.facts.started}>
          {facts.startedAt === 0 ? sayService.never : sayDay(facts.startedAt, facts.startedAt)}
        </Fact>
        <Fact name={sayService.facts.restarts}>{facts.restarts}</Fact>
        <Fact name={sayService.facts.policy} plain>
          {sayService.policies[facts.restartPolicy] ?? facts.restartPolicy}
        </Fact>
      </dl>
      {listed === undefined ? null : (
        <VolumeDialog service={facts.service} volume={listed} onClose={() => setListed(undefined)} />
      )}
    </>
  )
}

/** One line of what something is made of. */
export function Fact(props: {
  readonly name: string
  readonly plain?: boolean
  readonly children: ReactNode
}): ReactNode {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd className={props.plain === true ? undefined : 'mono'}>{props.children}</dd>
    </div>
  )
}

function Several(props: {
  readonly name: string
  readonly items: readonly { readonly text: string; readonly more: string; readonly act?: ReactNode }[]
}): ReactNode {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>
        {props.items.map(({ text, more, act }) => (
          <div key={text} className="part">
            <span className="mono">{text}</span>
            <span className="t3">{more}</span>
            {act}
          </div>
        ))}
      </dd>
    </div>
  )
}
