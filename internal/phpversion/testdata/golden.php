<?php
// Prints every ordered pair of the versions below with PHP's own verdict, one
// "a<TAB>b<TAB>result" a line. To print the table anew, with 64-bit PHP 8:
//
//	php internal/phpversion/testdata/golden.php > internal/phpversion/testdata/golden.tsv

$versions = [
	// What releases are called.
	'1', '1pl1', '1.0', '1.0.0', '1.0.1', '1.1', '1.9', '1.10', '01.0', '1.0.0+5', '1.0.0pl1', '1.0.0p2', '1.0-p1',
	'1.0-dev', '1.0-alpha', '1.0a', '1.0-alpha.2', '1.0-beta1', '1.0b2', '1.0RC1', '1.0-rc.2', '1.0-Rc1', '1.0-foo', '1.0-bar',
	'2.0-dev', '2.0-alpha', '1.0~beta', '1.0~2', '1.0_patch', '1.0.developer', '1.0-Beta', '1..2', '20240131', '1.2147483648',
	'1.9223372036854775806', '1.9223372036854775807', '1.99999999999999999999999', '1.00000000000000000000000007',
	// What they should not be called, but PHP has an answer for.
	'', '1.', '1.0-', '.1', '-1', 'v1.0', 'dev', '#N#', '#.1x', '1#2', '1.0 beta', '1.0/2', "1.0\u{e9}",
];

foreach ($versions as $a) {
	foreach ($versions as $b) {
		echo $a, "\t", $b, "\t", version_compare($a, $b), "\n";
	}
}
