import type { ReactNode } from 'react'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Copy } from '../../parts/copy.tsx'
import { sayDone } from '../../words/wizard.ts'
import { isPassword, isUser } from '../service/variables.ts'
import { useVariables } from '../service/use-variables.ts'

/** Who opens this is asked for a user and a password: both, the password only to be copied. Where that is no way, how it is done. Nothing where there is neither. */
export function SignIn({ view }: { readonly view: ServiceView }): ReactNode {
  const { masked, clear } = useVariables(view)
  const user = masked.find((one) => isUser(one) && !one.secret && one.nowhere === undefined)
  const password = masked.find((one) => isPassword(one) && one.secret && one.nowhere === undefined)
  if (view.signIn !== undefined) return <span className="t2 sm">{view.signIn}</span>
  if (user === undefined || password === undefined) return null
  return (
    <span className="sm signin">
      {sayDone.signIn(user.value)}
      <Copy
        text={async () => (await clear()).find(({ name }) => name === password.name)?.value ?? ''}
        what={sayDone.passwordOf(view.title)}
      />
    </span>
  )
}
