/** Who made a request, as the desk reads it. */
import { t } from '../i18n/i18n.svelte.ts'
import type { selfService } from '../../../main/api/self-service.ts'

const atTheKiosk: typeof selfService = 'self-service'

/** @returns the officer's name, or in words that the citizen asked at the kiosk */
export const officerText = (officer: string): string =>
  officer === atTheKiosk ? t('staff.requests.selfService') : officer
