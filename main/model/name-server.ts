import type { NameServerSeen, World } from './world.ts'

/** Our name server lives and answers nothing: ours, whatever the resolver makes of it. */
export function sayHungServer({ pid, port, hung }: Extract<NameServerSeen, { kind: 'hung' }>): string {
  return hung === 'suspended'
    ? `Our name server (dnsmasq, pid ${pid}) is suspended: a signal stopped it (SIGSTOP), so it answers nothing on 127.0.0.1:${port}.`
    : `Our name server (dnsmasq, pid ${pid}) lives, but answers nothing on 127.0.0.1:${port}.`
}

/**
 * What our own name server has to do with a name that is not answered, as a sentence; undefined when it answers, or when
 * names do not go by it.
 */
export function troubleOfServer({
  route,
  nameServer,
}: Pick<World, 'route' | 'nameServer'>): string | undefined {
  if (route.kind === 'absent' || (route.kind === 'in place' && !route.needsServer)) return undefined
  switch (nameServer.kind) {
    case 'runs':
      return undefined
    case 'hung':
      return sayHungServer(nameServer)
    case 'stopped':
      return 'Our name server (dnsmasq) is not running.'
    case 'no-tool':
      return 'dnsmasq is not installed.'
    case 'port-taken':
      return nameServer.says
  }
}
