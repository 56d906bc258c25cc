/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A PKCS #11 module that lets through to another one, MOCK_PKCS11_MODULE, whatever the test's rules do not change
 * (control.h). So keys and signatures are real, and each fault comes when the test wants it. */
#include "change.h"
#include "control.h"
#include "lies.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

CK_FUNCTION_LIST *real;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;   /* of what follows */
static unsigned long sessions;
static bool was_removed, was_swapped;

/* --- the token in its slot --- */

/* When the token returns, sessions and logins of before are gone. */
static void notice_return(void)
{
    CK_SLOT_ID slots[16];
    CK_ULONG count = 16, i;

    if (real->C_GetSlotList(CK_TRUE, slots, &count)) return;
    for (i = 0; i < count; i++) real->C_CloseAllSessions(slots[i]);
    sessions = 0;
    lose_handles();
}

static bool is_removed(void)
{
    bool removed = control_has("removed", NULL), swapped = control_has("swapped", NULL);

    pthread_mutex_lock(&mutex);
    if ((was_removed && !removed) || was_swapped != swapped) notice_return();
    was_removed = removed;
    was_swapped = swapped;
    pthread_mutex_unlock(&mutex);
    return removed;
}

/* What is first in each call. gone: the answer while the token is out. */
static CK_RV enter(const char *call, CK_RV gone)
{
    CK_RV answer = control_enter(call);

    if (!answer && is_removed() && gone) answer = control_leave(call, gone);
    return answer;
}

static CK_RV mock_C_GetSlotList(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *count)
{
    CK_RV answer = enter("C_GetSlotList", CKR_OK);

    if (answer) return answer;
    if (!present || !is_removed())
    {
        if (!(answer = real->C_GetSlotList(present, slots, count))) hide_swapped(slots, count);
        if (!slots) lie_count("many-listed", count);
        return control_leave("C_GetSlotList", answer);
    }
    *count = 0;
    return control_leave("C_GetSlotList", CKR_OK);
}

static CK_RV mock_C_GetSlotInfo(CK_SLOT_ID slot, CK_SLOT_INFO *info)
{
    CK_RV answer = enter("C_GetSlotInfo", CKR_OK);
    char reader[sizeof(info->slotDescription) + 1];

    if (!answer) answer = control_leave("C_GetSlotInfo", real->C_GetSlotInfo(behind(slot), info));
    if (answer) return answer;
    if (is_removed()) info->flags &= ~CKF_TOKEN_PRESENT;
    if (!control_value("reader", reader, sizeof(reader))) return CKR_OK;
    memset(info->slotDescription, ' ', sizeof(info->slotDescription));
    memcpy(info->slotDescription, reader, strlen(reader));
    return CKR_OK;
}

static void hide_identity(CK_TOKEN_INFO *info)
{
    char label[sizeof(info->label) + 1];

    if (!control_value("same-tokens", label, sizeof(label))) return;
    memset(info->serialNumber, ' ', sizeof(info->serialNumber));
    memset(info->label, ' ', sizeof(info->label));
    memcpy(info->label, label, strlen(label));
}

static CK_RV mock_C_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    CK_RV answer = enter("C_GetTokenInfo", CKR_TOKEN_NOT_PRESENT);
    char count[16];

    if (!answer && is_hidden(slot)) answer = control_leave("C_GetTokenInfo", CKR_TOKEN_NOT_PRESENT);
    else if (!answer) answer = control_leave("C_GetTokenInfo", real->C_GetTokenInfo(behind(slot), info));
    if (answer) return answer;
    hide_identity(info);
    if (control_has("count-low", NULL)) info->flags |= CKF_USER_PIN_COUNT_LOW;
    if (control_has("pad", NULL)) info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
    if (control_has("final-try", NULL)) info->flags |= CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY;
    if (!control_value("sessions", count, sizeof(count))) return CKR_OK;
    info->ulMaxSessionCount = info->ulMaxRwSessionCount = strtoul(count, NULL, 0);
    return CKR_OK;
}

/* --- mechanisms --- */

static bool lacks(CK_MECHANISM_TYPE type)
{
    char text[32];

    snprintf(text, sizeof(text), "0x%lx", type);
    return control_has("no-mechanism", text);
}

static CK_RV mock_C_GetMechanismList(CK_SLOT_ID slot, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
    CK_RV answer = enter("C_GetMechanismList", CKR_TOKEN_NOT_PRESENT);
    CK_ULONG i, kept = 0;

    if (!answer) answer = control_leave("C_GetMechanismList", real->C_GetMechanismList(behind(slot), list, count));
    if (!list) lie_count("many-listed", count);
    if (answer || !list) return answer;
    for (i = 0; i < *count; i++) if (!lacks(list[i])) list[kept++] = list[i];
    *count = kept;
    return CKR_OK;
}

static CK_RV mock_C_GetMechanismInfo(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
    CK_RV answer = enter("C_GetMechanismInfo", CKR_TOKEN_NOT_PRESENT);

    if (answer) return answer;
    if (lacks(type)) return control_leave("C_GetMechanismInfo", CKR_MECHANISM_INVALID);
    return control_leave("C_GetMechanismInfo", real->C_GetMechanismInfo(behind(slot), type, info));
}

/* --- sessions --- */

static bool take_session(void)
{
    char limit[16];
    bool taken;

    pthread_mutex_lock(&mutex);
    taken = !control_value("sessions", limit, sizeof(limit)) || sessions < strtoul(limit, NULL, 0);
    if (taken) sessions++;
    pthread_mutex_unlock(&mutex);
    return taken;
}

static void drop_session(void)
{
    pthread_mutex_lock(&mutex);
    if (sessions) sessions--;
    pthread_mutex_unlock(&mutex);
}

static CK_RV refuse_session(void)
{
    char seconds[16];

    if (control_value("late-refusal", seconds, sizeof(seconds))) sleep(strtoul(seconds, NULL, 0));
    return control_leave("C_OpenSession", CKR_SESSION_COUNT);
}

static CK_RV mock_C_OpenSession(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                                CK_SESSION_HANDLE *session)
{
    CK_RV answer = enter("C_OpenSession", CKR_TOKEN_NOT_PRESENT);

    if (answer) return answer;
    if (!take_session()) return refuse_session();
    answer = real->C_OpenSession(behind(slot), flags, application, notify, session);
    if (answer) drop_session();
    return control_leave("C_OpenSession", answer);
}

static CK_RV mock_C_CloseSession(CK_SESSION_HANDLE session)
{
    CK_RV answer = enter("C_CloseSession", CKR_DEVICE_REMOVED);

    if (!answer && !(answer = real->C_CloseSession(session))) drop_session();
    return control_leave("C_CloseSession", answer);
}

static CK_RV mock_C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin, CK_ULONG bytes)
{
    CK_RV answer = enter("C_Login", CKR_DEVICE_REMOVED);

    char typed[64];

    if (!answer && !pin && control_value("pad", typed, sizeof(typed)))
        answer = real->C_Login(session, user, (unsigned char *)typed, strlen(typed));
    else if (!answer) answer = real->C_Login(session, user, pin, bytes);
    return control_leave_login(user, bytes, answer);
}

/* --- objects --- */

/* A short form of DER is enough for the points of 256 to 521 bits: 04 LENGTH or 04 81 LENGTH. */
static void unwrap_point(CK_ATTRIBUTE *attribute)
{
    CK_BYTE *bytes = attribute->pValue;
    CK_ULONG skip = bytes && bytes[1] == 0x81 ? 3 : 2;

    if (!bytes || attribute->ulValueLen < 3 || bytes[0] != 4 || bytes[skip] != 4) return;
    memmove(bytes, bytes + skip, attribute->ulValueLen - skip);
    attribute->ulValueLen -= skip;
}

/* Room for two more bytes than the real module writes is there when the caller asked for the size first. */
static void pad_label(CK_ATTRIBUTE *attribute, CK_ULONG room)
{
    if (attribute->ulValueLen == CK_UNAVAILABLE_INFORMATION || !attribute->ulValueLen) return;
    if (attribute->pValue && attribute->ulValueLen + 2 <= room)
        memset((CK_BYTE *)attribute->pValue + attribute->ulValueLen, ' ', 2);
    if (!attribute->pValue || attribute->ulValueLen + 2 <= room) attribute->ulValueLen += 2;
}

static CK_RV mock_C_GetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *list,
                                      CK_ULONG count)
{
    CK_RV answer = enter("C_GetAttributeValue", CKR_DEVICE_REMOVED);
    CK_ULONG rooms[32], i;

    if (answer) return answer;
    intruder_vanishes(session, object);
    for (i = 0; i < count && i < 32; i++) rooms[i] = list[i].ulValueLen;
    answer = real->C_GetAttributeValue(session, object, list, count);
    for (i = 0; i < count && i < 32; i++)
    {
        if (list[i].ulValueLen == CK_UNAVAILABLE_INFORMATION) continue;
        lie_value(&list[i], rooms[i]);
        if (list[i].type == CKA_EC_POINT && control_has("raw-point", NULL)) unwrap_point(&list[i]);
        if (list[i].type == CKA_LABEL && control_has("padded-labels", NULL)) pad_label(&list[i], rooms[i]);
    }
    return control_leave("C_GetAttributeValue", answer);
}

static CK_RV mock_C_GenerateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *public,
                                    CK_ULONG public_count, CK_ATTRIBUTE *private, CK_ULONG private_count,
                                    CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
    CK_RV answer = enter("C_GenerateKeyPair", CKR_DEVICE_REMOVED);
    CK_ATTRIBUTE more[32];
    CK_BBOOL yes = CK_TRUE;
    char lost[32];

    if (answer) return answer;
    if (lacks(mechanism->mechanism)) return control_leave("C_GenerateKeyPair", CKR_MECHANISM_INVALID);
    if (private_count >= 32) return control_leave("C_GenerateKeyPair", CKR_TEMPLATE_INCONSISTENT);
    memcpy(more, private, private_count * sizeof(*private));
    if (control_has("always-authenticate", NULL))
        more[private_count++] = (CK_ATTRIBUTE){ CKA_ALWAYS_AUTHENTICATE, &yes, sizeof(yes) };
    intrude(session, mechanism, public, public_count, more, private_count);
    answer = real->C_GenerateKeyPair(session, mechanism, public, public_count, more, private_count, public_key,
                                     private_key);
    if (!answer) note_handle(*private_key);
    if (!answer && control_value("lose-answer", lost, sizeof(lost))) answer = strtoul(lost, NULL, 0);
    return control_leave("C_GenerateKeyPair", answer);
}

/* --- calls that only fail, wait or end --- */

#define FORWARD(call, parameters, arguments) \
    static CK_RV mock_##call parameters \
    { \
        CK_RV answer = enter(#call, CKR_DEVICE_REMOVED); \
        return answer ? answer : control_leave(#call, real->call arguments); \
    }

/* Those that name a mechanism, in m, are refused without it. */
#define FORWARD_MECHANISM(call, parameters, arguments) \
    static CK_RV mock_##call parameters \
    { \
        CK_RV answer = enter(#call, CKR_DEVICE_REMOVED); \
        if (!answer && lacks(m->mechanism)) answer = control_leave(#call, CKR_MECHANISM_INVALID); \
        return answer ? answer : control_leave(#call, real->call arguments); \
    }

typedef CK_SESSION_HANDLE session;
typedef CK_OBJECT_HANDLE object;

static CK_RV mock_C_FindObjects(session s, object *list, CK_ULONG n, CK_ULONG *found)
{
    CK_RV answer = enter("C_FindObjects", CKR_DEVICE_REMOVED);

    if (!answer && !(answer = real->C_FindObjects(s, list, n, found)) && *found) note_handle(*list);
    if (!answer) lie_found(list, n, found);
    return control_leave("C_FindObjects", answer);
}

/* Those that write to a buffer b of z bytes. */
#define FORWARD_WRITING(call, parameters, arguments) \
    static CK_RV mock_##call parameters \
    { \
        CK_RV answer = enter(#call, CKR_DEVICE_REMOVED); \
        if (!answer && !(answer = control_leave(#call, real->call arguments))) lie_written(b, z); \
        return answer; \
    }

static CK_RV mock_C_WrapKey(session s, CK_MECHANISM *m, object w, object k, CK_BYTE *b, CK_ULONG *z)
{
    CK_RV answer = enter("C_WrapKey", CKR_DEVICE_REMOVED);

    if (!answer && lacks(m->mechanism)) answer = control_leave("C_WrapKey", CKR_MECHANISM_INVALID);
    if (!answer && !(answer = control_leave("C_WrapKey", real->C_WrapKey(s, m, w, k, b, z)))) lie_written(b, z);
    return answer;
}

FORWARD(C_GetSessionInfo, (session s, CK_SESSION_INFO *i), (s, i))
FORWARD(C_Logout, (session s), (s))
FORWARD(C_CreateObject, (session s, CK_ATTRIBUTE *t, CK_ULONG n, object *o), (s, t, n, o))
FORWARD(C_DestroyObject, (session s, object o), (s, recycled(o)))
FORWARD(C_SetAttributeValue, (session s, object o, CK_ATTRIBUTE *t, CK_ULONG n), (s, o, t, n))
FORWARD(C_FindObjectsInit, (session s, CK_ATTRIBUTE *t, CK_ULONG n), (intruder_leaves(s), t, n))
FORWARD(C_FindObjectsFinal, (session s), (s))
FORWARD_MECHANISM(C_DecryptInit, (session s, CK_MECHANISM *m, object k), (s, m, k))
FORWARD_MECHANISM(C_EncryptInit, (session s, CK_MECHANISM *m, object k), (s, m, k))
FORWARD_WRITING(C_Encrypt, (session s, CK_BYTE *a, CK_ULONG n, CK_BYTE *b, CK_ULONG *z), (s, a, n, b, z))
FORWARD_WRITING(C_Decrypt, (session s, CK_BYTE *a, CK_ULONG n, CK_BYTE *b, CK_ULONG *z), (s, a, n, b, z))
FORWARD_MECHANISM(C_SignInit, (session s, CK_MECHANISM *m, object k), (s, m, recycled(k)))
FORWARD_WRITING(C_Sign, (session s, CK_BYTE *a, CK_ULONG n, CK_BYTE *b, CK_ULONG *z), (s, a, n, b, z))
FORWARD_MECHANISM(C_GenerateKey, (session s, CK_MECHANISM *m, CK_ATTRIBUTE *t, CK_ULONG n, object *k), (s, m, t, n, k))
FORWARD_MECHANISM(C_UnwrapKey, (session s, CK_MECHANISM *m, object w, CK_BYTE *b, CK_ULONG z, CK_ATTRIBUTE *t,
                                CK_ULONG n, object *k), (s, m, w, b, z, t, n, k))
FORWARD_MECHANISM(C_DeriveKey, (session s, CK_MECHANISM *m, object b, CK_ATTRIBUTE *t, CK_ULONG n, object *k),
                  (s, m, b, t, n, k))
FORWARD(C_GenerateRandom, (session s, CK_BYTE *b, CK_ULONG n), (s, b, n))

static CK_RV mock_C_Initialize(void *arguments)
{
    CK_RV answer = control_enter("C_Initialize");

    return answer ? answer : control_leave("C_Initialize", real->C_Initialize(arguments));
}

/* --- the table --- */

static CK_FUNCTION_LIST *load_real(void)
{
    const char *path = getenv("MOCK_PKCS11_MODULE");
    void *module = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    CK_C_GetFunctionList get = module ? (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList") : NULL;
    CK_FUNCTION_LIST *list;

    if (get && !get(&list)) return list;
    fprintf(stderr, "mock: no module in MOCK_PKCS11_MODULE: %s\n", path ? path : "not set");
    return NULL;
}

#define REPLACE(call) .call = mock_##call

/* What is not in this list goes to the real module unseen. */
static const CK_FUNCTION_LIST replaced =
{
    REPLACE(C_Initialize), REPLACE(C_GetSlotList), REPLACE(C_GetSlotInfo), REPLACE(C_GetTokenInfo),
    REPLACE(C_GetMechanismList), REPLACE(C_GetMechanismInfo), REPLACE(C_OpenSession), REPLACE(C_CloseSession),
    REPLACE(C_GetSessionInfo), REPLACE(C_Login), REPLACE(C_Logout), REPLACE(C_CreateObject), REPLACE(C_DestroyObject),
    REPLACE(C_GetAttributeValue), REPLACE(C_SetAttributeValue), REPLACE(C_FindObjectsInit), REPLACE(C_FindObjects),
    REPLACE(C_FindObjectsFinal), REPLACE(C_EncryptInit), REPLACE(C_Encrypt), REPLACE(C_DecryptInit), REPLACE(C_Decrypt),
    REPLACE(C_SignInit), REPLACE(C_Sign),
    REPLACE(C_GenerateKey), REPLACE(C_GenerateKeyPair), REPLACE(C_WrapKey), REPLACE(C_UnwrapKey),
    REPLACE(C_DeriveKey), REPLACE(C_GenerateRandom),
};

static CK_FUNCTION_LIST table;

/* After the version, which fits one pointer with its padding, the list is pointers to functions alone. */
static void fill_table(void)
{
    void **to = (void **)&table;
    void *const *instead = (void *const *)&replaced;
    size_t i;

    table = *real;
    for (i = 1; i < sizeof(table) / sizeof(*to); i++) if (instead[i]) to[i] = instead[i];
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
    pthread_mutex_lock(&mutex);
    if (!real && (real = load_real())) fill_table();
    pthread_mutex_unlock(&mutex);
    *list = &table;
    return real ? CKR_OK : CKR_GENERAL_ERROR;
}
