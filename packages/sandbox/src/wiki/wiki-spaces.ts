import type { Platform } from '../api-call.ts'
import type { Level } from '../drive/permissions.ts'
import type { Actor } from '../tenant.ts'

export class WikiSpaces {
  spaces(): { spaceId: string; name: string }[] {
    return []
  }

  levelOf(_platform: Platform, _actor: Actor, _spaceId: string): Level {
    return 'none'
  }

  node(_nodeToken: string): { objToken: string } | undefined {
    return undefined
  }
}
