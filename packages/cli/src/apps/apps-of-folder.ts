import { loadConfigFile, type OpenApps, openApps } from '@larkspur/core'

/** Which bot a command is about. */
export interface FolderOptions {
  readonly cwd: string
  readonly config?: string | undefined
}

/** Opens the apps of the bot in a folder. */
export async function appsOfFolder({ cwd, config: file }: FolderOptions): Promise<OpenApps> {
  // Paths in the configuration, sqlite:<folder> above all, are relative to the bot's folder.
  process.chdir(cwd)
  const { config } = await loadConfigFile({ cwd: process.cwd(), file })
  return openApps(config)
}
