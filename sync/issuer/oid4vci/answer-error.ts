/** Errors in the words of OpenID4VCI 1.0 §6.3, §8.3.1, §9.3 and §11.3 and of RFC 6750 §3; they are never encrypted. */
import type { ErrorRequestHandler } from 'express'
import { Oauth2ResourceUnauthorizedError, Oauth2ServerErrorResponseError } from '@openid4vc/oauth2'

/** What is not one of them goes on. */
export const answerError: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent || response.destroyed) return next()
  if (error instanceof Oauth2ServerErrorResponseError)
    return void response.status(error.status).json({ error: error.errorResponse.error })
  if (error instanceof Oauth2ResourceUnauthorizedError) {
    const known = request.headers.authorization !== undefined
    return void response
      .status(401)
      .set('www-authenticate', known ? 'Bearer error="invalid_token"' : 'Bearer')
      .json({ error: 'invalid_token' })
  }
  // A body that is no JSON, too long, or of an unknown encoding.
  if (error instanceof Error && 'status' in error && Number(error.status) < 500)
    return void response.status(400).json({ error: malformed(request.path) })
  next(error)
}

function malformed(path: string): string {
  if (path.endsWith('/notification')) return 'invalid_notification_request'
  return /\/(credential|deferred)$/.test(path) ? 'invalid_credential_request' : 'invalid_request'
}
