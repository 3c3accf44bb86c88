import { describe, expect, it } from 'vitest'
import { MaculaError } from '../../../main/model/errors.ts'
import { daemonWords, dockerTrouble } from '../../../main/system/docker/trouble.ts'

describe('a refusal of the daemon, literally as 26.1 says it (fault 28)', () => {
  it.each([
    [
      'driver failed programming external connectivity on endpoint x (2a16): Bind for 127.0.0.1:18911 failed: port is already allocated',
      'the port 127.0.0.1:18911 of this machine is taken',
    ],
    [
      'driver failed programming external connectivity on endpoint x (5db5): Error starting userland proxy: listen tcp4 127.0.0.1:18912: bind: address already in use',
      'the port 127.0.0.1:18912 of this machine is taken',
    ],
    ['Address already in use', 'another container of its Docker network has its fixed address'],
    [
      'invalid config for network x: invalid endpoint settings:\nno configured subnet or ip-range contain the IP address 172.28.79.5',
      'does not lie in the subnet',
    ],
    [
      'invalid mount config for type "bind": bind source path does not exist: /nonexist',
      '/nonexist is to be mounted, but is not there',
    ],
    [
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/tmp/f" to rootfs at "/etc": mount /tmp/f:/etc (via /proc/self/fd/6), flags: 0x5000: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?',
      '/tmp/f cannot be mounted',
    ],
    [
      'failed to create task for container: OCI runtime create failed: runc create failed: unable to start container process: exec: "nosuchprog": executable file not found in $PATH: unknown',
      'its image has no program nosuchprog',
    ],
    [
      'Conflict. The container name "/sm1" is already in use by container "5935". You have to remove (or rename) that container to be able to reuse that name.',
      'a container that is not ours has the name sm1',
    ],
    ['No such image: x/y:1', 'the image x/y:1 is not on this machine'],
    ['network macula not found', 'its Docker network is gone'],
    ['write /var/lib/docker/overlay2/x: no space left on device', 'the disk is full'],
    [
      'invalid pool request: Pool overlaps with other one on this address space',
      'Docker already uses that subnet',
    ],
    [
      'network backend declared as external, but could not be found',
      'the Docker network backend, which its compose.yaml calls external, is not there',
    ],
    ['external volume "old" not found', 'the volume old, which its compose.yaml calls external'],
    [
      'error gathering device information while adding custom device "/dev/nope": no such file or directory',
      'this machine has no device /dev/nope',
    ],
    [
      'could not select device driver "nvidia" with capabilities: [[gpu]]',
      'Docker has no driver nvidia for the device',
    ],
    ['could not select device driver "" with capabilities: [[gpu]]', 'Docker has no driver for the device'],
    [
      'unable to find user nobodyhere: no matching entries in passwd file',
      'its image has no user nobodyhere.',
    ],
    ['unable to find group nope: no matching entries in group file', 'its image has no group nope.'],
    [
      'OCI runtime create failed: runc create failed: sysctl "kernel.shmmax" is not in a separate kernel namespace: unknown',
      'the sysctl kernel.shmmax is not one that a container may set',
    ],
    [
      'error during container init: open /proc/sys/net/no/such: no such file or directory',
      'the sysctl net.no.such is not one',
    ],
    [
      'error setting rlimits for ready process: error setting rlimit type 8: operation not permitted',
      'a limit of it',
    ],
    ['invalid ulimit type: nope', 'a limit of it (ulimits) cannot be set'],
    ['invalid CapAdd: unknown capability: "CAP_NOPE"', 'there is no capability CAP_NOPE'],
    ['unknown or invalid runtime name: kata', 'Docker has no runtime kata'],
    ["logger: no log driver named 'nope' is registered", 'Docker has no log driver nope'],
  ])('%s', (message, says) => {
    const error = Object.assign(new Error(`(HTTP code 500) server error - ${message} `), {
      statusCode: 500,
      json: { message },
    })
    const { trouble } = dockerTrouble('grafana cannot be started', error)
    expect(trouble.kind).toBe('failed')
    expect(trouble.what).toMatch(/^grafana cannot be started: /)
    expect(trouble.what).toContain(says)
    expect(trouble.why).toContain('Docker says: ')
    // Doctor knows nothing of a person's own file, and up alone mends only what is ours.
    expect(trouble.todo).toMatch(/^(?!maculactl doctor).{20,}/)
    if (
      /external|custom device|device driver|find user|find group|sysctl|limit|capability|runtime name|log driver|bind source|mounting/.test(
        message,
      )
    )
      expect(trouble.todo).toMatch(/compose\.yaml/)
  })

  it('is told in its own words when it is not known', () => {
    const error = Object.assign(new Error('x'), { statusCode: 500, json: { message: 'the moon is full' } })
    expect(dockerTrouble('grafana cannot be started', error).trouble).toMatchObject({
      kind: 'failed',
      what: 'grafana cannot be started.',
      why: 'Docker says: the moon is full',
    })
  })

  it('is inert text of bounded length', () => {
    const words = daemonWords(new Error(`a\n\u001b]8;;http://x\u0007b\u001b[31m ${'z'.repeat(9000)}`))
    // eslint-disable-next-line no-control-regex -- that none is left is what this is about
    expect(words).not.toMatch(/[\u0000-\u001f]/)
    expect(words.length).toBeLessThanOrEqual(500)
    expect(daemonWords(undefined)).toBe('undefined')
    expect(daemonWords({ json: null, message: '', code: 'ECONNRESET' })).toBe('ECONNRESET')
  })

  it('is passed on when it is told already, and is the outside’s when nothing answered', () => {
    const told = new MaculaError({ kind: 'refused', what: 'x' })
    expect(dockerTrouble('y', told)).toBe(told)
    const gone = Object.assign(new Error('connect ENOENT /x.sock'), { code: 'ENOENT' })
    expect(dockerTrouble('y', gone).trouble).toMatchObject({
      kind: 'outside',
      why: 'Nothing answers at /x.sock: Docker is not installed or not running.',
    })
    const shut = Object.assign(new Error('connect EACCES /x.sock'), { code: 'EACCES' })
    expect(dockerTrouble('y', shut).trouble.why).toBe('This user may not talk to Docker at /x.sock.')
    const torn = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    expect(dockerTrouble('y', torn).trouble.why).toBe('Docker does not answer: read ECONNRESET')
  })
})
