import type {
  CreateNodeOptions,
  DocumentOptions,
  ParseOptions,
  ScalarTag,
  SchemaOptions,
  Tags,
  ToStringOptions,
} from 'yaml'

const TIMESTAMP = 'tag:yaml.org,2002:timestamp'

/** YAML 1.2 writes octals so; kubectl takes both ways. */
const newOctal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  format: 'OCT',
  test: /^[-+]?0o[0-7]+$/,
  resolve: (text) => (text.startsWith('-') ? -1 : 1) * Number.parseInt(text.replace(/^[-+]?0o/, ''), 8),
}

/** kubectl makes a text of it. */
const binary: ScalarTag = {
  tag: 'tag:yaml.org,2002:binary',
  resolve: (text) => Buffer.from(text, 'base64').toString(),
}

const tags = (known: Tags): Tags => [
  ...known.filter(
    (one) =>
      typeof one === 'string' ||
      (one.tag !== TIMESTAMP && one.tag !== binary.tag && (one as ScalarTag).format !== 'TIME'),
  ),
  newOctal,
  binary,
]

/**
 * Manifests as kubectl reads them (sigs.k8s.io/yaml: YAML 1.1 but for its dates and its numbers to the base of sixty):
 * `defaultMode: 0400` is 256, `yes` is true, `<<` merges. Read by 1.2 it would be the mode 0620.
 */
export const kubectlYaml: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  customTags: tags,
}

/** How texts are written that kubectl reads: what 1.1 takes for a number or a truth is quoted where it is neither. */
export const forKubectl: DocumentOptions & SchemaOptions & CreateNodeOptions & ToStringOptions = {
  version: '1.1',
  customTags: (known) => [...known, newOctal],
  lineWidth: 0,
  aliasDuplicateObjects: false,
}
