# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# From version 0.1.0 to today's packages and back; to be sourced by tools/run-package-test, whose functions it uses.

installed_version()
{
    inside install "dpkg-query -W -f '\${Version}' ncrypt-wine:amd64"
}

# still_signs WHEN: the keys that 0.1.0 made.
still_signs()
{
    for prefix in kept single; do
        check "$1: $prefix prefix" "$(answer $prefix)" "$works"
        check "$1: $prefix prefix: its key" "$(signature $prefix old)" "$(eval "echo \"\$signed_$prefix\"")"
    done
}

test_upgrade()
{
    install_packages install "/root/released/ncrypt-wine_*.deb"
    check 'upgrade: version 0.1.0' "$(installed_version)" 0.1.0-1
    for prefix in kept single; do
        make_prefix_in_root $prefix
    done
    quietly "$log" inside install 'ncrypt-wine install --prefix /root/single'
    for prefix in kept single; do
        in_prefix $prefix 'keys_probe.exe make old RSA 2048 0 0' > /dev/null
    done
    signed_kept=$(signature kept old)
    signed_single=$(signature single old)
    check '0.1.0 signs' "$(printf '%.10s %.10s' "$signed_kept" "$signed_single")" '0x00000000 0x00000000'

    install_packages install "/root/today/ncrypt-wine_*.deb /root/today/ncrypt-wine-certificates_*.deb"
    new_version=$(installed_version)
    check 'upgrade: newer' "$(dpkg --compare-versions "$new_version" gt 0.1.0 && echo yes)" yes
    still_signs upgrade
    check 'upgrade: certificates' "$(certificates kept)" "$bridged"
    [ -z "$has_32" ] || check 'upgrade: 32-bit programs sign, too' "$(signature kept old 32)" "$signed_kept"
    quietly "$log" inside install 'ncrypt-wine install --prefix /root/single'
    still_signs 'upgrade: ncrypt-wine install again'
    in_prefix kept 'keys_probe.exe make new RSA 2048 0 0' > /dev/null
    signed_new=$(signature kept new)
    check 'upgrade: a new key' "$(printf '%.10s' "$signed_new")" 0x00000000

    # Key files of today have a version that 0.1.0 does not know: it leaves them alone.
    # dpkg does not take its package as long as it remembers the one for i386.
    stop_wine
    [ -z "$has_32" ] || quietly "$log" inside install 'apt-get -q -y purge ncrypt-wine:i386'
    install_packages install "/root/released/ncrypt-wine_*.deb"
    check 'downgrade: version 0.1.0, and the others are gone' \
        "$(installed_version) $(inside install 'dpkg -l "ncrypt-wine*"' | grep -c ^ii)" '0.1.0-1 1'
    check 'downgrade: kept prefix' "$(answer kept)" "$works"
    check 'downgrade: its key' "$(signature kept old)" "$signed_kept"
    check 'downgrade: the new key is refused' "$(signature kept new)" 0x80090007
    check "downgrade: certificates: Wine's" "$(certificates kept)" "$without"

    install_packages install "/root/today/ncrypt-wine_*.deb"
    still_signs 'upgrade again'
    check 'upgrade again: the new key' "$(signature kept new)" "$signed_new"
    stop_wine
    purge_packages
    check "after upgrades: Wine's files are as they were" "$(wine_listing)" "$before"
}
