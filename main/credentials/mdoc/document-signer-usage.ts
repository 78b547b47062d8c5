/** What the certificate of a document signer is for (ISO/IEC 18013-5 annex B.1.4), as an OID. */
export const documentSignerUsage = '1.0.18013.5.1.2'
