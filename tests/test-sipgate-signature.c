/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "sipgate/cs-sipgate-error.h"
#include "sipgate/cs-sipgate-public-key.h"
#include "sipgate/cs-sipgate-signature.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include <string.h>

#define BODY "event=newCall&direction=in&from=492111234567&to=4915791234567&callId=1&user%5B%5D="

typedef struct {
  char *directory;             /* (owned) */
  gnutls_privkey_t key;        /* (owned) RSA, 2048 bits */
  CsSipgateVerifier *verifier; /* (owned) of the key's other half */
  GBytes *body;                /* (owned) */
  char *signature;             /* (owned) right for the body */
} Fixture;

static gnutls_privkey_t
generate_key (gnutls_pk_algorithm_t algorithm,
              unsigned int          bits)
{
  gnutls_privkey_t key;

  g_assert_cmpint (gnutls_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_privkey_generate (key, algorithm, bits, 0), ==, 0);

  return key;
}

static char *
write_file (const char *directory,
            const char *contents,
            gssize      length)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (directory, "key.pem", NULL);

  g_file_set_contents (path, contents, length, &error);
  g_assert_no_error (error);

  return path;
}

static char *
export_public_key (const char      *directory,
                   gnutls_pubkey_t  key)
{
  gnutls_datum_t pem;
  char *path;

  g_assert_cmpint (gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_PEM, &pem), ==, 0);
  path = write_file (directory, (const char *) pem.data, pem.size);
  gnutls_free (pem.data);

  return path;
}

static char *
write_public_key (const char       *directory,
                  gnutls_privkey_t  key)
{
  gnutls_pubkey_t public_key;
  char *path;

  g_assert_cmpint (gnutls_pubkey_init (&public_key), ==, 0);
  g_assert_cmpint (gnutls_pubkey_import_privkey (public_key, key, 0, 0), ==, 0);
  path = export_public_key (directory, public_key);
  gnutls_pubkey_deinit (public_key);

  return path;
}

static char *
sign (gnutls_privkey_t          key,
      gnutls_sign_algorithm_t   algorithm,
      GBytes                   *body)
{
  gnutls_datum_t data = { (unsigned char *) g_bytes_get_data (body, NULL), (unsigned int) g_bytes_get_size (body) };
  gnutls_datum_t signature;
  char *base64;

  g_assert_cmpint (gnutls_privkey_sign_data2 (key, algorithm, 0, &data, &signature), ==, 0);
  base64 = g_base64_encode (signature.data, signature.size);
  gnutls_free (signature.data);

  return base64;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  fixture->directory = g_dir_make_tmp ("callstats-signature-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->key = generate_key (GNUTLS_PK_RSA, 2048);
  path = write_public_key (fixture->directory, fixture->key);
  fixture->verifier = cs_sipgate_verifier_new (path, &error);
  g_assert_no_error (error);
  fixture->body = g_bytes_new_static (BODY, strlen (BODY));
  fixture->signature = sign (fixture->key, GNUTLS_SIGN_RSA_SHA256, fixture->body);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "key.pem", NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  gnutls_privkey_deinit (fixture->key);
  cs_sipgate_verifier_free (fixture->verifier);
  g_bytes_unref (fixture->body);
  g_free (fixture->signature);
  g_free (fixture->directory);
}

static void
assert_accepted (CsSipgateVerifier *verifier,
                 GBytes            *body,
                 const char        *signature)
{
  g_autoptr (GError) error = NULL;
  gboolean accepted = cs_sipgate_verifier_check (verifier, body, signature, &error);

  g_assert_no_error (error);
  g_assert_true (accepted);
}

static void
assert_refused (CsSipgateVerifier *verifier,
                GBytes            *body,
                const char        *signature,
                CsSipgateError     code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (cs_sipgate_verifier_check (verifier, body, signature, &error));
  g_assert_error (error, CS_SIPGATE_ERROR, (int) code);
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_accepts (Fixture       *fixture,
              gconstpointer  user_data)
{
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autofree char *empty_signature = sign (fixture->key, GNUTLS_SIGN_RSA_SHA256, empty);

  assert_accepted (fixture->verifier, fixture->body, fixture->signature);
  assert_accepted (fixture->verifier, fixture->body, fixture->signature);
  assert_accepted (fixture->verifier, empty, empty_signature);
  assert_refused (fixture->verifier, empty, fixture->signature, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
}

static void
test_changed_body (Fixture       *fixture,
                   gconstpointer  user_data)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (fixture->body, &length);
  g_autoptr (GBytes) shorter = g_bytes_new_from_bytes (fixture->body, 0, length - 1);
  g_autoptr (GBytes) longer = g_bytes_new_static (BODY "\n", length + 1);

  for (gsize i = 0; i < length; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, length);
      g_autoptr (GBytes) changed = NULL;

      copy[i] ^= 1;
      changed = g_bytes_new (copy, length);
      assert_refused (fixture->verifier, changed, fixture->signature, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
    }

  assert_refused (fixture->verifier, shorter, fixture->signature, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
  assert_refused (fixture->verifier, longer, fixture->signature, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
}

static void
test_changed_signature (Fixture       *fixture,
                        gconstpointer  user_data)
{
  gsize length;
  g_autofree guchar *signature = g_base64_decode (fixture->signature, &length);

  g_assert_cmpuint (length, ==, 256);
  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *changed = NULL;

      signature[i] ^= 0x40;
      changed = g_base64_encode (signature, length);
      signature[i] ^= 0x40;
      assert_refused (fixture->verifier, fixture->body, changed, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
    }
}

/* Not one character may be another, not even in the bits that base64 leaves unused. */
static void
test_changed_base64 (Fixture       *fixture,
                     gconstpointer  user_data)
{
  for (char *p = fixture->signature; *p != '\0'; p++)
    {
      char right = *p;

      *p = right == 'A' ? 'B' : right == 'g' ? 'h' : right == 'w' ? 'x' : right == 'Q' ? 'R' : 'A';
      g_assert_false (cs_sipgate_verifier_check (fixture->verifier, fixture->body, fixture->signature, NULL));
      *p = right;
    }

  assert_accepted (fixture->verifier, fixture->body, fixture->signature);
}

static void
test_malformed (Fixture       *fixture,
                gconstpointer  user_data)
{
  gsize length = strlen (fixture->signature);
  g_autofree char *equals = g_strnfill (length, '=');
  g_autofree char *dashes = g_strnfill (length, '-');
  g_autofree char *high = g_strnfill (length, '\377');
  g_autofree char *unpadded = g_strndup (fixture->signature, length - 2);
  g_autofree char *shorter = g_strndup (fixture->signature, length - 4);
  g_autofree char *longer = g_strconcat (fixture->signature, "AAAA", NULL);
  g_autofree char *spaced = g_strconcat (fixture->signature, " ", NULL);
  g_autofree char *twice = g_strconcat (fixture->signature, ",", fixture->signature, NULL);
  g_autofree char *huge = g_strnfill (4 * 1024 * 1024, 'A');
  g_autofree char *inner = g_strdup (fixture->signature);
  g_autofree char *full = g_strnfill (length, 'A');
  const char *cases[] = { equals, dashes, high, unpadded, shorter, longer, spaced, twice, huge,
                          inner, full, "x", "====", "\n" };

  inner[10] = '\n';

  assert_refused (fixture->verifier, fixture->body, NULL, CS_SIPGATE_ERROR_SIGNATURE_MISSING);
  assert_refused (fixture->verifier, fixture->body, "", CS_SIPGATE_ERROR_SIGNATURE_MISSING);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (fixture->verifier, fixture->body, cases[i], CS_SIPGATE_ERROR_SIGNATURE_MALFORMED);
}

static void
test_random_signatures (Fixture       *fixture,
                        gconstpointer  user_data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4711);

  for (guint round = 0; round < 200; round++)
    {
      guint8 bytes[256];
      g_autofree char *signature = NULL;

      for (gsize i = 0; i < sizeof bytes; i++)
        bytes[i] = (guint8) g_rand_int_range (rand, 0, 256);
      signature = g_base64_encode (bytes, sizeof bytes);
      assert_refused (fixture->verifier, fixture->body, signature, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
    }
}

static void
test_other_signers (Fixture       *fixture,
                    gconstpointer  user_data)
{
  gnutls_privkey_t other_key = generate_key (GNUTLS_PK_RSA, 2048);
  g_autofree char *other = sign (other_key, GNUTLS_SIGN_RSA_SHA256, fixture->body);
  g_autofree char *sha512 = sign (fixture->key, GNUTLS_SIGN_RSA_SHA512, fixture->body);
  g_autofree char *pss = sign (fixture->key, GNUTLS_SIGN_RSA_PSS_SHA256, fixture->body);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSipgateVerifier) built_in = cs_sipgate_verifier_new (NULL, &error);

  g_assert_no_error (error);
  assert_refused (fixture->verifier, fixture->body, other, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
  assert_refused (fixture->verifier, fixture->body, sha512, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
  assert_refused (fixture->verifier, fixture->body, pss, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
  assert_refused (built_in, fixture->body, fixture->signature, CS_SIPGATE_ERROR_SIGNATURE_MALFORMED);
  gnutls_privkey_deinit (other_key);
}

static void
assert_key_refused (const char *path,
                    const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cs_sipgate_verifier_new (path, &error));
  g_assert_error (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_PUBLIC_KEY);
  g_test_message ("%s", error->message);
  g_assert_true (g_pattern_match_simple (message, error->message));
}

static void
test_unusable_keys (Fixture       *fixture,
                    gconstpointer  user_data)
{
  static const struct {
    gnutls_pk_algorithm_t algorithm;
    unsigned int bits;
    const char *message;
  } cases[] = {
    { GNUTLS_PK_RSA, 1024, "*1024 bits*2048*" },
    { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), "*not an RSA key*" },
    { GNUTLS_PK_EDDSA_ED25519, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_ED25519), "*not an RSA key*" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gnutls_privkey_t key = generate_key (cases[i].algorithm, cases[i].bits);
      g_autofree char *path = write_public_key (fixture->directory, key);

      assert_key_refused (path, cases[i].message);
      gnutls_privkey_deinit (key);
    }
}

/* A signature by such a key would not fit into a header. */
static void
test_huge_key (Fixture       *fixture,
               gconstpointer  user_data)
{
  guint8 modulus_bytes[9216 / 8];
  guint8 exponent_bytes[] = { 1, 0, 1 };
  gnutls_datum_t modulus = { modulus_bytes, sizeof modulus_bytes };
  gnutls_datum_t exponent = { exponent_bytes, sizeof exponent_bytes };
  g_autofree char *path = NULL;
  gnutls_pubkey_t key;

  memset (modulus_bytes, 0xff, sizeof modulus_bytes);
  g_assert_cmpint (gnutls_pubkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_pubkey_import_rsa_raw (key, &modulus, &exponent), ==, 0);
  path = export_public_key (fixture->directory, key);
  gnutls_pubkey_deinit (key);

  assert_key_refused (path, "*9216 bits*8192*");
}

static void
test_no_keys (Fixture       *fixture,
              gconstpointer  user_data)
{
  static const char zeros[1024 * 1024];
  static const struct {
    const char *contents;
    gssize length;
  } cases[] = {
    { "", 0 },
    { zeros, sizeof zeros },
    { "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = write_file (fixture->directory, cases[i].contents, cases[i].length);

      assert_key_refused (path, "*no public key*");
    }
}

static void
test_unreadable_keys (Fixture       *fixture,
                      gconstpointer  user_data)
{
  g_autofree char *missing = g_build_filename (fixture->directory, "missing.pem", NULL);
  g_autoptr (GError) not_found = NULL;
  g_autoptr (GError) directory = NULL;

  g_assert_null (cs_sipgate_verifier_new (missing, &not_found));
  g_assert_error (not_found, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (cs_sipgate_verifier_new (fixture->directory, &directory));
  g_assert_error (directory, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
}

/* The genuine request is somebody's telephone call and so no part of the source; a copy may lie beside the checkout. */
static char *
read_shared (const char *name)
{
  const char *shared = g_getenv ("CALLSTATS_SHARED");
  g_autofree char *path = NULL;
  char *contents = NULL;

  if (shared != NULL)
    path = g_build_filename (shared, "sipgate", name, NULL);
  else
    path = g_test_build_filename (G_TEST_DIST, "..", "..", "shared", "sipgate", name, NULL);

  g_file_get_contents (path, &contents, NULL, NULL);

  return contents;
}

static void
test_genuine_request (void)
{
  g_autofree char *text = read_shared ("real-signed-newcall.body");
  g_autofree char *signature = read_shared ("real-signed-newcall.sig.b64");
  g_autoptr (CsSipgateVerifier) verifier = NULL;
  g_autoptr (CsSipgateVerifier) same = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  gsize length;

  if (text == NULL || signature == NULL)
    {
      g_test_skip ("The genuine signed request is not here; CALLSTATS_SHARED names the directory above it");
      return;
    }

  g_strchomp (signature);
  verifier = cs_sipgate_verifier_new (NULL, &error);
  g_assert_no_error (error);
  same = cs_sipgate_verifier_new ("", &error);
  g_assert_no_error (error);

  length = strlen (text);
  body = g_bytes_new (text, length);
  assert_accepted (verifier, body, signature);
  assert_accepted (same, body, signature);

  for (gsize i = 0; i < length; i += 7)
    {
      g_autoptr (GBytes) changed = NULL;

      text[i] ^= 1;
      changed = g_bytes_new (text, length);
      text[i] ^= 1;
      assert_refused (verifier, changed, signature, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
    }

  signature[0] = signature[0] == 'A' ? 'B' : 'A';
  assert_refused (verifier, body, signature, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
}

/* The fingerprint is the one of protocol/sipgate.md §7. */
static void
test_built_in_key (void)
{
  gnutls_datum_t pem = { (unsigned char *) CS_SIPGATE_PUBLIC_KEY_PEM, strlen (CS_SIPGATE_PUBLIC_KEY_PEM) };
  gnutls_datum_t der;
  g_autofree char *fingerprint = NULL;
  g_autofree guchar *zeros = g_malloc0 (512);
  g_autofree char *signature = g_base64_encode (zeros, 512);
  g_autoptr (GBytes) body = g_bytes_new_static (BODY, strlen (BODY));
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSipgateVerifier) verifier = NULL;

  g_assert_cmpint (gnutls_pem_base64_decode2 ("PUBLIC KEY", &pem, &der), ==, 0);
  fingerprint = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der.data, der.size);
  gnutls_free (der.data);
  g_assert_cmpstr (fingerprint, ==, "893cfd6caad92efc277a5977daec63dee1597223b1df5b2bf69ef56cd92305b3");

  verifier = cs_sipgate_verifier_new (NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (signature), ==, 684);
  assert_refused (verifier, body, signature, CS_SIPGATE_ERROR_SIGNATURE_WRONG);
}

#define ADD(path, function) g_test_add ("/sipgate/signature/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("accepts-its-key", test_accepts);
  ADD ("one-changed-byte-of-the-body", test_changed_body);
  ADD ("one-changed-byte-of-the-signature", test_changed_signature);
  ADD ("one-changed-character-of-base64", test_changed_base64);
  ADD ("missing-or-malformed", test_malformed);
  ADD ("random-signatures", test_random_signatures);
  ADD ("other-keys-and-schemes", test_other_signers);
  ADD ("unusable-keys", test_unusable_keys);
  ADD ("keys-beyond-a-header", test_huge_key);
  ADD ("files-that-hold-no-key", test_no_keys);
  ADD ("unreadable-keys", test_unreadable_keys);
  g_test_add_func ("/sipgate/signature/built-in-key-is-rsa-4096", test_built_in_key);
  g_test_add_func ("/sipgate/signature/genuine-request", test_genuine_request);

  return g_test_run ();
}
