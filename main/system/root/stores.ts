/**
 * Where distributions keep the authorities that a machine trusts: a file of ours there, and the program that makes the store
 * anew from all of them (update-ca-certificates(8), update-ca-trust(8)). Told apart by the folder of such files.
 */
export const STORES = [
  {
    title: 'Debian, Ubuntu, Alpine',
    above: '/usr/local/share',
    folder: 'ca-certificates',
    file: '/usr/local/share/ca-certificates/macula-desktop.crt',
    tool: 'update-ca-certificates',
    bundle: '/etc/ssl/certs/ca-certificates.crt',
  },
  {
    title: 'Fedora and its kin',
    above: '/etc/pki/ca-trust/source',
    folder: 'anchors',
    file: '/etc/pki/ca-trust/source/anchors/macula-desktop.crt',
    tool: 'update-ca-trust',
    bundle: '/etc/pki/tls/certs/ca-bundle.crt',
  },
  {
    title: 'Arch, Manjaro',
    above: '/etc/ca-certificates/trust-source',
    folder: 'anchors',
    file: '/etc/ca-certificates/trust-source/anchors/macula-desktop.crt',
    tool: 'update-ca-trust',
    bundle: '/etc/ssl/certs/ca-certificates.crt',
  },
  {
    title: 'openSUSE',
    above: '/etc/pki/trust',
    folder: 'anchors',
    file: '/etc/pki/trust/anchors/macula-desktop.crt',
    tool: 'update-ca-certificates',
    bundle: '/etc/ssl/ca-bundle.pem',
  },
] as const

export type Store = (typeof STORES)[number]
