import { describe, expect, test } from 'vitest'
import { imageOf, pushCommand, splitImage } from '../../../main/model/cluster.ts'
import { nodeImageOf, oldestKind } from '../../../main/model/node-image.ts'
import { isAtLeast } from '../../../main/model/version.ts'
import { appSpec, clusterSpec } from '../cluster/spec.ts'

/** Names of images, and versions. */

test.each([
  ['nginx', 'docker.io nginx latest'],
  ['nginx:1.27', 'docker.io nginx 1.27'],
  ['grafana/tempo:2.9.0', 'docker.io grafana/tempo 2.9.0'],
  ['registry.macula.local/macula/console:dev', 'registry.macula.local macula/console dev'],
  ['localhost/console', 'localhost console latest'],
  ['localhost:5000/console', 'localhost:5000 console latest'],
  ['host:5000/a/b:1', 'host:5000 a/b 1'],
  ['kindest/node:v1.37.0@sha256:00ff', 'docker.io kindest/node v1.37.0'],
  ['console@sha256:00ff', 'docker.io console latest'],
  ['n/x:1', 'docker.io n/x 1'],
])('%s is registry, repository and tag: %s', (image, said) => {
  const { registry, repository, tag } = splitImage(image)
  expect(`${registry} ${repository} ${tag}`).toBe(said)
})

describe('the image of', () => {
  test('an application is the setting’s, else its folder’s', () => {
    const app = appSpec('console')
    expect(imageOf(app, {}, 'macula.local')).toBe('registry.macula.local/macula/console:dev')
    expect(imageOf(app, { console: '{suffix}/{suffix}:1', peer: 'x' }, 'a.test')).toBe('a.test/a.test:1')
  })
  test('nodes is the setting’s, else the folder’s', () => {
    expect(nodeImageOf(clusterSpec, {})).toBe('kindest/node:v1.37.0')
    expect(nodeImageOf(clusterSpec, { hub: 'mine:1', kind: 'x', other: 'x' })).toBe('mine:1')
  })
})

test.each([
  ['kindest/node:v1.35.9', [0, 27]],
  ['kindest/node:v1.36.0', [0, 32]],
  ['kindest/node:v1.37.0@sha256:00', [0, 32]],
  ['kindest/node:latest', [0, 27]],
])('%s is made by kind from %j', (image, version) => expect(oldestKind(image)).toEqual(version))

test('a first image is built and pushed', () => {
  expect(pushCommand('r/x:1')).toBe('docker build -t r/x:1 . && docker push r/x:1')
})

test.each<readonly [string, readonly [number, number], boolean]>([
  ['2.29.1-4', [2, 29], true],
  ['2.28', [2, 29], false],
  ['v2.30.0', [2, 29], true],
  ['3.0', [2, 29], true],
  ['1.99', [2, 29], false],
  ['10.20', [9, 30], true],
  ['2.110', [2, 29], true],
  ['latest', [0, 1], false],
  ['latest', [0, 0], true],
])('%s is at least %j: %s', (version, least, is) => expect(isAtLeast(version, least)).toBe(is))
