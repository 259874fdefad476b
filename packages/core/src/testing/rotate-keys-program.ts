// A rotation in a process of its own, to be killed. Argument: URL of the database; the keys are in KEYS.
import { readKeyRing } from '../credentials/key-ring.ts'
import { rotateSealedRows } from '../credentials/rotate-keys.ts'
import { openDatabase } from '../storage/open-database.ts'
import { silentLog } from './silent-log.ts'
import { storageSettings } from './storage-settings.ts'

await using database = await openDatabase(storageSettings(process.argv[2] ?? ''), {
  ...{ migrations: [], migrate: 'check', log: silentLog },
})
const onProgress = () => void process.send?.('step')
const result = await rotateSealedRows(database, readKeyRing(process.env.KEYS ?? ''), { onProgress })
process.send?.(result, () => process.disconnect())
