export type { App, Receive } from '../config/app.ts'
