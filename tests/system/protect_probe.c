/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Protected data for the scripts here. Prints the status of the last call as 0x%08x and what was asked for, and
 * exits with 0 when the status is 0.
 *
 *     protect_probe protect RULE TEXT FILE     TEXT without its NUL, to a blob
 *     protect_probe unprotect FILE             and back; prints the text
 *     protect_probe stream RULE TEXT FILE      as protect, to a stream
 *     protect_probe memory MIB                 so much through a stream there and back; prints the MiB that came
 *                                              out, and how many KiB more than 16 MiB it took at most */
#include <windows.h>
#include <psapi.h>
#include <ncrypt.h>
#include <ncryptprotect.h>
#include <stdio.h>
#include <string.h>

#define MIB 0x100000

static SECURITY_STATUS write_file(const WCHAR *path, const BYTE *data, DWORD size, DWORD disposition)
{
    HANDLE file = CreateFileW(path, FILE_APPEND_DATA, 0, NULL, disposition, 0, NULL);
    DWORD written = 0;

    if (file == INVALID_HANDLE_VALUE) return HRESULT_FROM_WIN32(GetLastError());
    if (size) WriteFile(file, data, size, &written, NULL);
    CloseHandle(file);
    return written == size ? ERROR_SUCCESS : HRESULT_FROM_WIN32(ERROR_WRITE_FAULT);
}

static SECURITY_STATUS read_file(const WCHAR *path, BYTE data[65536], DWORD *size)
{
    HANDLE file = CreateFileW(path, FILE_READ_DATA, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);

    *size = 0;
    if (file == INVALID_HANDLE_VALUE) return HRESULT_FROM_WIN32(GetLastError());
    ReadFile(file, data, 65536, size, NULL);
    CloseHandle(file);
    return ERROR_SUCCESS;
}

static DWORD narrow(const WCHAR *text, char *result, DWORD capacity)
{
    return WideCharToMultiByte(CP_UTF8, 0, text, lstrlenW(text), result, capacity, NULL, NULL);
}

static SECURITY_STATUS protect(const WCHAR *rule, const WCHAR *text, const WCHAR *path)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor;
    SECURITY_STATUS status;
    BYTE *blob = NULL;
    char data[1024];
    ULONG size = 0;

    if ((status = NCryptCreateProtectionDescriptor(rule, 0, &descriptor))) return status;
    status = NCryptProtectSecret(descriptor, NCRYPT_SILENT_FLAG, (BYTE *)data, narrow(text, data, sizeof(data)),
                                 NULL, NULL, &blob, &size);
    NCryptCloseProtectionDescriptor(descriptor);
    if (!status) status = write_file(path, blob, size, CREATE_ALWAYS);
    LocalFree(blob);
    return status;
}

static SECURITY_STATUS unprotect(const WCHAR *path, BYTE **data, ULONG *size)
{
    static BYTE blob[65536];
    SECURITY_STATUS status;
    DWORD blob_size;

    if ((status = read_file(path, blob, &blob_size))) return status;
    return NCryptUnprotectSecret(NULL, NCRYPT_SILENT_FLAG, blob, blob_size, NULL, NULL, data, size);
}

/* --- streams --- */

static SECURITY_STATUS WINAPI append(void *context, const BYTE *data, SIZE_T size, BOOL final)
{
    (void)final;
    return write_file(context, data, size, OPEN_ALWAYS);
}

static SECURITY_STATUS open_to_protect(const WCHAR *rule, PFNCryptStreamOutputCallback callback, void *context,
                                       NCRYPT_STREAM_HANDLE *stream)
{
    NCRYPT_PROTECT_STREAM_INFO info = {callback, context};
    NCRYPT_DESCRIPTOR_HANDLE descriptor;
    SECURITY_STATUS status;

    if ((status = NCryptCreateProtectionDescriptor(rule, 0, &descriptor))) return status;
    status = NCryptStreamOpenToProtect(descriptor, NCRYPT_SILENT_FLAG, NULL, &info, stream);
    NCryptCloseProtectionDescriptor(descriptor);
    return status;
}

static SECURITY_STATUS protect_stream(const WCHAR *rule, const WCHAR *text, WCHAR *path)
{
    NCRYPT_STREAM_HANDLE stream;
    SECURITY_STATUS status;
    char data[1024];

    if ((status = write_file(path, NULL, 0, CREATE_ALWAYS))) return status;
    if ((status = open_to_protect(rule, append, path, &stream))) return status;
    status = NCryptStreamUpdate(stream, (BYTE *)data, narrow(text, data, sizeof(data)), TRUE);
    NCryptStreamClose(stream);
    return status;
}

static ULONGLONG passed;

static SECURITY_STATUS WINAPI count(void *context, const BYTE *data, SIZE_T size, BOOL final)
{
    SIZE_T i;

    (void)context, (void)final;
    for (i = 0; i < size; i += 509) if (data[i] != (BYTE)((passed + i) * 7)) return NTE_FAIL;
    passed += size;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI pass_on(void *context, const BYTE *data, SIZE_T size, BOOL final)
{
    return NCryptStreamUpdate(context, data, size, final);
}

static SECURITY_STATUS pass(ULONG mib)
{
    static BYTE data[MIB];
    NCRYPT_PROTECT_STREAM_INFO info = {count, NULL};
    NCRYPT_STREAM_HANDLE in = NULL, out = NULL;
    SECURITY_STATUS status;
    ULONG i;

    for (i = 0; i < MIB; i++) data[i] = i * 7;
    passed = 0;
    if ((status = NCryptStreamOpenToUnprotect(&info, NCRYPT_SILENT_FLAG, NULL, &out))) return status;
    status = open_to_protect(L"LOCAL=user", pass_on, out, &in);
    for (i = 0; i < mib && !status; i++) status = NCryptStreamUpdate(in, data, MIB, i + 1 == mib);
    NCryptStreamClose(out);
    if (in) NCryptStreamClose(in);
    return status;
}

static SIZE_T peak_kib(void)
{
    PROCESS_MEMORY_COUNTERS counters = {.cb = sizeof(counters)};

    K32GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof(counters));
    return counters.PeakWorkingSetSize / 1024;
}

static SECURITY_STATUS measure(ULONG mib)
{
    SECURITY_STATUS status = pass(16);
    SIZE_T before = peak_kib();

    if (!status) status = pass(mib);
    printf("0x%08lx %lu %lu\n", (unsigned long)status, (unsigned long)(passed / MIB),
           (unsigned long)(peak_kib() - before));
    return before ? status : NTE_FAIL;
}

int wmain(int argc, WCHAR **argv)
{
    const WCHAR *command = argc > 1 ? argv[1] : L"";
    SECURITY_STATUS status = NTE_INVALID_PARAMETER;
    BYTE *data = NULL;
    ULONG size = 0;

    if (argc == 3 && !wcscmp(command, L"memory")) return measure(wcstoul(argv[2], NULL, 10)) != 0;
    if (argc == 5 && !wcscmp(command, L"protect")) status = protect(argv[2], argv[3], argv[4]);
    if (argc == 5 && !wcscmp(command, L"stream")) status = protect_stream(argv[2], argv[3], argv[4]);
    if (argc == 3 && !wcscmp(command, L"unprotect")) status = unprotect(argv[2], &data, &size);
    printf("0x%08lx%s%.*s\n", (unsigned long)status, size ? " " : "", (int)size, data ? (char *)data : "");
    LocalFree(data);
    return status != 0;
}
