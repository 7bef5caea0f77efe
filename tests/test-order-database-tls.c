/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "order-database-fixture.h"
#include "tls-middleman.h"

/* Whom a secured connection is made to. By the name “localhost”, as the client trusts 127.0.0.1 more than other computers. */
#define HOST "localhost"

/* As MySQL greets from version 8 on: it wants the password in a way by which it is told to the server. */
#define GREETING \
  "\x4a\0\0\0" "\x0a" "8.0.30\0" "\1\0\0\0" "abcdefgh\0" "\x09\x8a" "\x2d" "\2\0" "\x08\0" "\x15" "\0\0\0\0\0\0\0\0\0\0" "ijklmnopqrst\0" \
  "caching_sha2_password"

static gboolean
has_openssl (void)
{
  g_autofree char *program = g_find_program_in_path ("openssl");

  if (program == NULL)
    g_test_skip ("openssl, which makes certificates, isn't installed");
  return program != NULL;
}

static char *
get_path (const char *name)
{
  return g_build_filename (server->dir, name, NULL);
}

/* Makes a certificate that its own owner signed, for a name as "DNS:localhost", in two files called so. */
static void
make_certificate (const char *file,
                  const char *name)
{
  g_autofree char *key = g_strdup_printf ("%s/%s.key", server->dir, file);
  g_autofree char *certificate = g_strdup_printf ("%s/%s.pem", server->dir, file);
  g_autofree char *alternative = g_strconcat ("subjectAltName=", name, NULL);
  const char *const arguments[] = {
    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
    "/CN=somebody", "-addext", alternative, "-keyout", key, "-out", certificate, NULL,
  };
  g_autoptr (GError) error = NULL;
  int status = 1;

  g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* Gives the server the certificate in the files called so, which it had none of before, or another. */
static void
restart_with (const char *file)
{
  g_autofree char *key = g_strdup_printf ("--ssl-key=%s/%s.key", server->dir, file);
  g_autofree char *certificate = g_strdup_printf ("--ssl-cert=%s/%s.pem", server->dir, file);
  const char *const options[] = { key, certificate, NULL };

  mariadb_stop (server);
  mariadb_start (server, options);
}

/* Settings of a connection that has to be secured. ca_file: "" for whom the system trusts */
static CsOrderDatabaseSettings
make_secured (guint16     port,
              const char *ca_file)
{
  CsOrderDatabaseSettings settings = make_tcp_settings (HOST, port);

  settings.tls = CS_ORDER_TLS_REQUIRED;
  settings.ca_file = ca_file;
  return settings;
}

/* Since 3.4 the client asks a server from 11.4 on for a proof that it knows the password and has that certificate, and takes a
 * certificate that nobody vouches for with it. */
static gboolean
can_prove_itself (void)
{
  CsOrderDatabaseSettings settings = make_settings (CS_ORDER_DATABASE_QUERY);
  MYSQL *mysql = mysql_init (NULL);
  gulong version;

  g_assert_nonnull (mysql_real_connect (mysql, NULL, settings.user, settings.password, NULL, 0, server->socket, 0));
  version = mysql_get_server_version (mysql);
  mysql_close (mysql);
  return mysql_get_client_version () >= 30400 && version >= 110400;
}

static void
assert_answers (const CsOrderDatabaseSettings *settings)
{
  g_autoptr (CsOrderSource) source = make_source (settings);

  assert_state (source, "00000001", CS_ORDER_RECEIVED);
}

static void
test_without (void)
{
  static const char *const options[] = { "--skip-ssl", NULL };
  CsOrderDatabaseSettings plain = make_tcp_settings (HOST, server->port), secured = make_secured (server->port, "");

  mariadb_stop (server);
  mariadb_start (server, options);
  /* On this computer nothing has to be secured. Where it has, nothing goes without. */
  g_assert_cmpint (plain.tls, ==, CS_ORDER_TLS_AUTO);
  assert_answers (&plain);
  assert_settings_fail (&secured, "can’t be secured");
}

static void
test_nobody_vouches (void)
{
  CsOrderDatabaseSettings secured = make_secured (server->port, ""), wrong = secured, guest = secured;

  wrong.password = "not it";
  guest.user = "guest";
  guest.password = "";
  if (!has_openssl ())
    return;
  mariadb_sql (server, "CREATE USER guest");
  mariadb_sql (server, "GRANT SELECT ON shop.* TO guest");
  make_certificate ("server", "DNS:" HOST);
  restart_with ("server");

  if (can_prove_itself ())
    {
      assert_answers (&secured);
      assert_settings_fail (&wrong, "refuses the user “reader” or the password");
    }
  else
    {
      assert_settings_fail (&secured, "can’t be secured");
      assert_settings_fail (&wrong, "can’t be secured");
    }
  /* Without a password there is nothing to prove it by, though the server would let everybody in. */
  assert_settings_fail (&guest, "can’t be secured");
}

static void
test_trusted (void)
{
  g_autofree char *ca_file = get_path ("server.pem"), *other = get_path ("other.pem");
  CsOrderDatabaseSettings trusted = make_secured (server->port, ca_file), untrusted = make_secured (server->port, other);

  if (!has_openssl ())
    return;
  make_certificate ("server", "DNS:" HOST);
  make_certificate ("other", "DNS:" HOST);
  restart_with ("server");
  assert_answers (&trusted);
  /* Where it is said whom to trust, knowing the password isn't enough. */
  assert_settings_fail (&untrusted, "can’t be secured");

  /* A certificate for somebody else is of no use, whoever is trusted. */
  make_certificate ("server", "DNS:elsewhere.example,IP:127.0.0.2");
  restart_with ("server");
  assert_settings_fail (&trusted, "can’t be secured");
}

static void
test_middleman (void)
{
  g_autofree char *key = get_path ("middleman.key"), *certificate = get_path ("middleman.pem");
  TlsMiddleman *middleman;
  CsOrderDatabaseSettings fooled, secured;

  if (!has_openssl ())
    return;
  make_certificate ("server", "DNS:" HOST);
  make_certificate ("middleman", "DNS:" HOST);
  restart_with ("server");
  middleman = tls_middleman_new (server->port, certificate, key);
  fooled = make_secured (middleman->port, certificate);
  secured = make_secured (middleman->port, "");

  /* He does his work well: to those who trust him he is the database. */
  assert_answers (&fooled);
  g_assert_cmpint (g_atomic_int_get (&middleman->n_secured), ==, 1);
  /* He has the password's proof from the database, but it is for another certificate than his. */
  assert_settings_fail (&secured, "can’t be secured");
  if (can_prove_itself ())
    g_assert_cmpint (g_atomic_int_get (&middleman->n_secured), >, 1);
  tls_middleman_free (middleman);
}

static gboolean
on_greet (GThreadedSocketService *service,
          GSocketConnection      *connection,
          GObject                *source,
          gpointer                data)
{
  static const char greeting[] = GREETING;
  char byte;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), greeting, sizeof greeting, NULL, NULL, NULL);
  if (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), &byte, 1, NULL, NULL) > 0)
    g_atomic_int_inc ((int *) data);
  return TRUE;
}

/* The client would tell it to whoever has a certificate that is good for any name. */
static void
test_password_itself (void)
{
  static int n_heard;
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (-1);
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_autofree char *certificate = get_path ("server.pem");
  CsOrderDatabaseSettings secured = make_secured (port, ""), trusted = make_secured (port, certificate);

  G_STATIC_ASSERT (sizeof GREETING == 4 + 0x4a);
  if (!has_openssl ())
    return;
  make_certificate ("server", "DNS:" HOST);
  g_signal_connect (service, "run", G_CALLBACK (on_greet), &n_heard);
  g_socket_service_start (service);
  if (mysql_get_client_version () >= 30400)
    {
      assert_settings_fail (&secured, "wants to be told the password itself");
      g_assert_cmpint (g_atomic_int_get (&n_heard), ==, 0);
    }
  /* It goes on where it is said whom to trust, to the securing of the connection, which this server can't. */
  assert_settings_fail (&trusted, "");
  g_assert_cmpint (g_atomic_int_get (&n_heard), ==, 1);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

static void
add_tests (void)
{
  g_test_add_func ("/order-database/tls/server-without-it", test_without);
  g_test_add_func ("/order-database/tls/nobody-vouches-for-the-server", test_nobody_vouches);
  g_test_add_func ("/order-database/tls/trusted-certificate", test_trusted);
  g_test_add_func ("/order-database/tls/somebody-in-the-middle", test_middleman);
  g_test_add_func ("/order-database/tls/password-itself-is-not-told", test_password_itself);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  return run_on_server ("/order-database/tls/server", add_tests);
}
