/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-public-address.h"

struct _CsPublicAddress
{
  CsPublicAddressFunc moved;
  CsPublicAddressFunc changed;
  gpointer user_data;
  CsEngineConfig *config;      /* (owned) (nullable) until it is configured */
  guint16 port;                /* 0 while nothing listens */
  CsTunnel *tunnel;            /* (owned) */
  CsAddressCheck *check;       /* (owned) */
  char *url;                   /* (owned) "" where there is none */
  char *logged_news;           /* (owned) (nullable) the last thing that was logged of the tunnel */
  CsAddressFault logged_fault;
};

/* Whoever has no window reads it in the log, once. */
static void
log_tunnel (CsPublicAddress *self)
{
  const CsTunnelState *state = cs_tunnel_get_state (self->tunnel);
  g_autofree char *news = NULL;

  if (state->url != NULL)
    news = g_strdup_printf ("The public address is %s", state->url);
  else if (state->phase == CS_TUNNEL_PHASE_ASKING)
    news = g_strdup_printf ("%s Without a window, set tunnel-host-key to '%s' to trust it.", state->error, state->fingerprint);
  else
    news = g_strdup (state->error);
  if (news == NULL || g_strcmp0 (news, self->logged_news) == 0)
    return;
  if (state->phase == CS_TUNNEL_PHASE_REFUSED)
    g_warning ("%s", news);
  else
    g_message ("%s", news);
  g_free (self->logged_news);
  self->logged_news = g_steal_pointer (&news);
}

/* Returns whether it is another one than before. */
static gboolean
find_url (CsPublicAddress *self)
{
  const char *url = self->config->tunnel_mode == CS_TUNNEL_SSH ? cs_tunnel_get_state (self->tunnel)->url : self->config->public_url;

  if (g_strcmp0 (self->url, url != NULL ? url : "") == 0)
    return FALSE;
  g_free (self->url);
  self->url = g_strdup (url != NULL ? url : "");
  return TRUE;
}

static void
aim_check (CsPublicAddress *self)
{
  gboolean is_checked = cs_public_address_can_arrive (self) && !self->config->is_sample;

  cs_address_check_set_target (self->check, is_checked ? self->url : NULL, self->config->webhook_token, self->port);
}

static void
on_tunnel_changed (gpointer data)
{
  CsPublicAddress *self = data;
  gboolean has_moved = find_url (self);

  log_tunnel (self);
  aim_check (self);
  if (has_moved)
    self->moved (self->user_data);
  self->changed (self->user_data);
}

/* Whoever has no window reads it in the log, each time it is another one. */
static void
on_checked (gpointer data)
{
  CsPublicAddress *self = data;
  const CsAddressState *state = cs_address_check_get_state (self->check);

  if (state->fault != self->logged_fault)
    g_message ("%s", state->error != NULL ? state->error : "The public address leads here again");
  self->logged_fault = state->fault;
  self->changed (self->user_data);
}

/* moved: it is another address by itself, because the tunnel got or lost one. changed: what its tunnel or its check say changed.
 * receiver: answers the check's questions. */
CsPublicAddress *
cs_public_address_new (CsReceiver          *receiver,
                       CsPublicAddressFunc  moved,
                       CsPublicAddressFunc  changed,
                       gpointer             user_data)
{
  CsPublicAddress *self = g_new0 (CsPublicAddress, 1);

  self->moved = moved;
  self->changed = changed;
  self->user_data = user_data;
  self->url = g_strdup ("");
  self->tunnel = cs_tunnel_new (NULL, on_tunnel_changed, self);
  self->check = cs_address_check_new (receiver, NULL, on_checked, self);
  return self;
}

/* Waits until the tunnel is closed. */
void
cs_public_address_free (CsPublicAddress *self)
{
  cs_tunnel_free (self->tunnel);
  cs_address_check_free (self->check);
  g_clear_pointer (&self->config, cs_engine_config_free);
  g_free (self->url);
  g_free (self->logged_news);
  g_free (self);
}

/* Takes the settings. They are in force when the port is said, which follows. */
void
cs_public_address_configure (CsPublicAddress      *self,
                             const CsEngineConfig *config)
{
  g_clear_pointer (&self->config, cs_engine_config_free);
  self->config = cs_engine_config_copy (config);
  find_url (self);
}

/* Takes the port that listens, 0 where none does: the tunnel is opened to it or closed, and the address is checked. */
void
cs_public_address_set_port (CsPublicAddress *self,
                            guint16          port)
{
  const CsEngineConfig *config = self->config;
  CsTunnelConfig tunnel = {
    .host = config->tunnel_host,
    .port = config->tunnel_port,
    .user = config->tunnel_user,
    .host_key = config->tunnel_host_key,
    .remote_port = config->tunnel_remote_port,
    .local_port = port,
    .public_url = config->public_url,
    .data_dir = config->data_dir,
  };
  /* Nobody is to reach made-up calls. */
  gboolean is_wanted = config->tunnel_mode == CS_TUNNEL_SSH && port != 0 && !config->is_sample;

  self->port = port;
  cs_tunnel_configure (self->tunnel, is_wanted ? &tunnel : NULL);
  aim_check (self);
}

/* Without a slash at its end; "" where it isn't known. (transfer none) */
const char *
cs_public_address_get_url (CsPublicAddress *self)
{
  return self->url;
}

/* Whether somebody listens for what comes to the address. */
gboolean
cs_public_address_can_arrive (CsPublicAddress *self)
{
  return self->port != 0 && *self->url != '\0';
}

/* The tunnel of our own, open or not. (transfer none) */
CsTunnel *
cs_public_address_get_tunnel (CsPublicAddress *self)
{
  return self->tunnel;
}

/* What finds out whether the address leads here. (transfer none) */
CsAddressCheck *
cs_public_address_get_check (CsPublicAddress *self)
{
  return self->check;
}
