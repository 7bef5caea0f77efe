/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "orders/cs-order-database.h"

#include <glib.h>

G_BEGIN_DECLS

/* How the Internet reaches this computer. */
typedef enum {
  CS_TUNNEL_MANUAL,  /* by a way that somebody else keeps, under public_url */
  CS_TUNNEL_SSH,     /* by a tunnel of our own */
  CS_TUNNEL_NONE,
} CsTunnelMode;

/* What the engine is told of the user's settings: plain values, already checked. The settings leave no text NULL. */
typedef struct {
  char *data_dir;               /* (owned) exists */
  guint16 webhook_port;         /* 0: any free one */
  guint16 api_port;
  gboolean api_enabled;
  char *webhook_token;          /* (owned) not empty */
  char *timezone;               /* (owned) IANA name, "" for the desktop's */
  guint journal_days;           /* 0: for ever */
  guint call_days;
  guint stale_minutes;          /* at least 1 */
  gboolean is_sample;           /* made-up data: a month of it is written, and live calls arrive */

  CsTunnelMode tunnel_mode;
  char *public_url;             /* (owned) manual: "" where there is none; ssh: where the server announces none; no slash at its end */
  char *tunnel_host;            /* (owned) not empty */
  guint16 tunnel_port;
  char *tunnel_user;            /* (owned) */
  char *tunnel_host_key;        /* (owned) "SHA256:…", the only key that is accepted; "" to ask at the first use */
  guint16 tunnel_remote_port;   /* the one that the server opens; 0: any free one */

  gboolean verify_signature;
  char *public_key_file;        /* (owned) "" for the built-in key */
  char *sipgate_api_url;        /* (owned) no slash at its end */
  char *sipgate_token_id;       /* (owned) secret; "" where it isn't known */
  char *sipgate_token;          /* (owned) secret; "" where it isn't known */
  gboolean sipgate_register_url; /* an address that the tunnel announced is set at sipgate by itself */
  char *sipgate_caller;         /* (owned) what rings first when a call is started: "w0", a number, "" for the token's owner */

  char *exotel_base_url;        /* (owned) "" to find the cluster */
  char *exotel_account_sid;     /* (owned) "" where Exotel isn't used */
  char *exotel_api_key;         /* (owned) secret; "" where it isn't known */
  char *exotel_api_token;       /* (owned) secret; "" where it isn't known */
  char *exotel_timezone;        /* (owned) IANA name */
  guint exotel_refresh_seconds; /* 15 … 3600; 0: only by hand */
  guint exotel_history_days;    /* days fetched at the first start, 0 … 180 */

  gboolean orders_enabled;
  guint orders_digits;          /* 1 … 20 */
  guint orders_timeout_ms;      /* at least 1 */
  char **orders_numbers;        /* (owned) own numbers that answer, compared by their last ten digits */
  char *orders_csv_file;        /* (owned) "" where no file is watched */
  char *orders_transfer_number; /* (owned) digits of the number for those who can't be served; "" hangs up */
  char *orders_language;        /* (owned) of the announcements: "en" or "de" */
  gboolean orders_in_database;  /* they are looked up there alone */
  char *orders_db_host;         /* (owned) not empty */
  guint16 orders_db_port;
  char *orders_db_socket;       /* (owned) path, "" where host and port count */
  char *orders_db_name;         /* (owned) */
  char *orders_db_user;         /* (owned) */
  char *orders_db_password;     /* (owned) secret; "" where it isn't known */
  CsOrderTls orders_db_tls;
  char *orders_db_ca_file;      /* (owned) "" to trust whom the system trusts */
  char *orders_db_query;        /* (owned) one SELECT with one ? */
} CsEngineConfig;

CsEngineConfig *cs_engine_config_new  (void);
CsEngineConfig *cs_engine_config_copy (const CsEngineConfig *config);
gboolean        cs_engine_config_is_same_exotel (const CsEngineConfig *self,
                                                 const CsEngineConfig *other);
void            cs_engine_config_free (CsEngineConfig       *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsEngineConfig, cs_engine_config_free)

G_END_DECLS
