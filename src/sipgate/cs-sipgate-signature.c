/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "sipgate/cs-sipgate-error.h"
#include "sipgate/cs-sipgate-public-key.h"
#include "sipgate/cs-sipgate-signature.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include <string.h>

/* What a key file may hold; a public key of MAX_KEY_BITS has less than 2 KiB. */
#define MAX_KEY_FILE_SIZE (16 * 1024)

/* The greatest key's signature, in base64, stays below the 2 KiB that a header may have. */
#define MIN_KEY_BITS 2048
#define MAX_KEY_BITS 8192

struct _CsSipgateVerifier {
  gnutls_pubkey_t key;   /* (owned) */
  gsize signature_size;  /* in bytes, before base64 */
};

/* The user may have picked any file: a film is not read to its end to find that it is no key. */
static char *
read_key_file (const char  *path,
               gsize       *length,
               GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree char *pem = g_malloc (MAX_KEY_FILE_SIZE);

  if (stream == NULL)
    return NULL;

  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), pem, MAX_KEY_FILE_SIZE, length, NULL, error))
    return NULL;

  return g_steal_pointer (&pem);
}

static gboolean
import_key (CsSipgateVerifier  *verifier,
            const char         *pem,
            gsize               length,
            GError            **error)
{
  gnutls_datum_t datum = { (unsigned char *) pem, (unsigned int) length };
  unsigned int bits = 0;
  int result;

  result = gnutls_pubkey_import (verifier->key, &datum, GNUTLS_X509_FMT_PEM);
  if (result < 0)
    {
      g_set_error (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_PUBLIC_KEY,
                   _("The file holds no public key in PEM format: %s"), gnutls_strerror (result));
      return FALSE;
    }

  if (gnutls_pubkey_get_pk_algorithm (verifier->key, &bits) != GNUTLS_PK_RSA)
    {
      g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_PUBLIC_KEY, _("The public key is not an RSA key"));
      return FALSE;
    }

  if (bits < MIN_KEY_BITS || bits > MAX_KEY_BITS)
    {
      g_set_error (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_PUBLIC_KEY,
                   _("The public key has %u bits; it needs at least %u and at most %u"),
                   bits, MIN_KEY_BITS, MAX_KEY_BITS);
      return FALSE;
    }

  verifier->signature_size = (bits + 7) / 8;

  return TRUE;
}

/* g_base64_decode() skips what it doesn't know. Only what encodes back to the same text was base64, in its one valid
 * spelling; the length is known beforehand, so that nothing longer is ever decoded. */
static guchar *
decode_signature (CsSipgateVerifier  *verifier,
                  const char         *signature_base64,
                  GError            **error)
{
  gsize expected_length = (verifier->signature_size + 2) / 3 * 4;
  g_autofree guchar *signature = NULL;
  g_autofree char *again = NULL;
  gsize size;

  if (strnlen (signature_base64, expected_length + 1) != expected_length)
    {
      g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_SIGNATURE_MALFORMED,
                           "The signature has the wrong length");
      return NULL;
    }

  signature = g_base64_decode (signature_base64, &size);
  again = g_base64_encode (signature, size);
  if (size != verifier->signature_size || !g_str_equal (again, signature_base64))
    {
      g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_SIGNATURE_MALFORMED, "The signature is not base64");
      return NULL;
    }

  return g_steal_pointer (&signature);
}

/**
 * cs_sipgate_verifier_new:
 * @public_key_file: (nullable): path of an RSA public key in PEM format; %NULL or "" for the built-in key of sipgate
 *
 * Returns: (transfer full): the verifier, or %NULL with an error for the user: %G_IO_ERROR where the file can't be read,
 *   %CS_SIPGATE_ERROR_PUBLIC_KEY where it holds no RSA key of 2048 to 8192 bits
 */
CsSipgateVerifier *
cs_sipgate_verifier_new (const char  *public_key_file,
                         GError     **error)
{
  g_autoptr (CsSipgateVerifier) verifier = NULL;
  g_autofree char *pem = NULL;
  gsize length;
  int result;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (public_key_file == NULL || *public_key_file == '\0')
    {
      pem = g_strdup (CS_SIPGATE_PUBLIC_KEY_PEM);
      length = strlen (pem);
    }
  else
    {
      pem = read_key_file (public_key_file, &length, error);
      if (pem == NULL)
        return NULL;
    }

  verifier = g_new0 (CsSipgateVerifier, 1);
  result = gnutls_pubkey_init (&verifier->key);
  if (result < 0)
    g_error ("Out of memory for a public key: %s", gnutls_strerror (result));

  if (!import_key (verifier, pem, length, error))
    return NULL;

  return g_steal_pointer (&verifier);
}

void
cs_sipgate_verifier_free (CsSipgateVerifier *verifier)
{
  if (verifier == NULL)
    return;

  gnutls_pubkey_deinit (verifier->key);
  g_free (verifier);
}

/**
 * cs_sipgate_verifier_check:
 * @body: the raw body of the request, byte by byte as it came
 * @signature_base64: (nullable): the header X-Sipgate-Signature
 *
 * Proves that the owner of the key signed this body: RSASSA-PKCS1-v1_5 with SHA-256 (protocol/sipgate.md §7). A replay
 * verifies, too, since neither a nonce nor the time is signed.
 *
 * Returns: whether it is proven; else the error is %CS_SIPGATE_ERROR_SIGNATURE_MISSING,
 *   %CS_SIPGATE_ERROR_SIGNATURE_MALFORMED or %CS_SIPGATE_ERROR_SIGNATURE_WRONG
 */
gboolean
cs_sipgate_verifier_check (CsSipgateVerifier  *verifier,
                           GBytes             *body,
                           const char         *signature_base64,
                           GError            **error)
{
  g_autofree guchar *signature = NULL;
  gnutls_datum_t signature_datum;
  gnutls_datum_t body_datum;
  const guchar *data;
  gsize length;

  g_return_val_if_fail (verifier != NULL, FALSE);
  g_return_val_if_fail (body != NULL && g_bytes_get_size (body) <= G_MAXUINT, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (signature_base64 == NULL || *signature_base64 == '\0')
    {
      g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_SIGNATURE_MISSING, "The signature is missing");
      return FALSE;
    }

  signature = decode_signature (verifier, signature_base64, error);
  if (signature == NULL)
    return FALSE;

  data = g_bytes_get_data (body, &length);
  body_datum = (gnutls_datum_t) { (unsigned char *) (data != NULL ? data : (const guchar *) ""), (unsigned int) length };
  signature_datum = (gnutls_datum_t) { signature, (unsigned int) verifier->signature_size };

  if (gnutls_pubkey_verify_data2 (verifier->key, GNUTLS_SIGN_RSA_SHA256, 0, &body_datum, &signature_datum) < 0)
    {
      g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_SIGNATURE_WRONG, "The signature is wrong");
      return FALSE;
    }

  return TRUE;
}
