import type { ReactNode } from 'react'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { useActions } from '../../store/use-shell.ts'
import { sayDone } from '../../words/wizard-services.ts'
import { isPassword, isUser } from '../service/variables.ts'
import { useVariables } from '../service/use-variables.ts'

/** Who opens this is asked for a user and a password: both, the password only to be copied. Where that is no way, how it is done. Nothing where there is neither. */
export function SignIn({ view }: { readonly view: ServiceView }): ReactNode {
  const { masked, clear } = useVariables(view)
  const actions = useActions()
  const user = masked.find((one) => isUser(one) && !one.secret && one.nowhere === undefined)
  const password = masked.find((one) => isPassword(one) && one.secret && one.nowhere === undefined)
  if (view.signIn !== undefined)
    return (
      <span className="sm signin">
        {sayDone.signInFirst(view.signIn)}
        <Button
          small
          label={sayDone.howOf(view.title)}
          onPress={() => actions.go({ view: 'services', service: view.id })}
        >
          {sayDone.how}
        </Button>
      </span>
    )
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
