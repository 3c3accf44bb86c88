import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** The kubelet that the tests of clusters stand in: what its API server does not take in time is not lost for good. */

const folder = fileURLToPath(new URL('../../images/kind-node', import.meta.url))

/** Runs Python beside the stand-in's own modules, over an API server of `calls`; what it printed last, as JSON. */
function python(script: string): unknown {
  const before = `
import json, sys, threading, types
sys.path.insert(0, ${JSON.stringify(folder)})
calls = []
answers = []
def call(method, path, *_, **__):
    calls.append(method)
    answer = answers.pop(0) if answers else None
    if isinstance(answer, Exception): raise answer
    return answer
sys.modules["api"] = types.SimpleNamespace(call=call, PKI="")
import pods
pod = object.__new__(pods.Pod)
pod.__dict__.update(uid="u", name="p", namespace="n", container={"name": "c", "image": "i"}, address="", sides=[], restarts=0,
    state={"running": {}}, last={}, ready=True, missed=0, born="", over=threading.Event())
`
  const out = execFileSync('python3', ['-B', '-c', `${before}${script}`], { encoding: 'utf8' })
  return JSON.parse(out.trim().split('\n').at(-1) ?? 'null') as unknown
}

test('a pod’s status is told again until it is taken, and an event that is not taken ends nothing', () => {
  expect(
    python(`
answers[:] = [TimeoutError("late"), TimeoutError("late"), {}]
pod.tell()
told = list(calls)
answers[:] = [TimeoutError("late")]
pod.event("Normal", "Started", "Started container c")
print(json.dumps([told, calls[len(told):]]))
`),
  ).toEqual([['PATCH', 'PATCH', 'PATCH'], ['POST']])
})

test('one answer that is late makes no pod unready, three do, and one answer makes it ready again', () => {
  expect(
    python(`
heard = [True, False, True, False, False, False, False, True]
pod.answers = lambda: heard.pop(0)
seen = []
while heard:
    pod.ready = pod.is_ready()
    seen.append(pod.ready)
print(json.dumps(seen))
`),
  ).toEqual([true, true, true, true, true, false, false, true])
})
