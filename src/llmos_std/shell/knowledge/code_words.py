"""Words of languages that cannot do harm: code inside a command line is harmless when it uses no other free word."""

from llmos_std.shell.knowledge.wording import words

FREE_WORDS = {
    "node": words(
        """
        console JSON Math Object Array String Number Boolean Date RegExp Map Set WeakMap WeakSet BigInt Symbol Intl
        Promise Error TypeError RangeError parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent
        encodeURI decodeURI Buffer URL URLSearchParams TextEncoder TextDecoder structuredClone performance path util
        crypto undefined null true false NaN Infinity Int8Array Uint8Array Int16Array Uint16Array Int32Array
        Uint32Array Float32Array Float64Array ArrayBuffer setTimeout btoa atob process var let const function return
        if else for of in while do break continue switch case default new typeof instanceof void delete try catch
        finally throw async await yield class extends static get set
        """
    ),
    "ruby": words(
        """
        puts p print pp printf format sprintf rand srand loop lambda proc raise nil true false self and or not if
        elsif else unless while until for in do end then case when begin rescue ensure return break next redo def
        yield Integer Float String Array Hash Rational Complex Math Time Comparable Enumerable Struct Range Set JSON
        CSV YAML Digest MD5 SHA1 SHA256 Date DateTime BigDecimal Prime Random Symbol NilClass TrueClass PI E
        RUBY_VERSION STDIN RUBY_PLATFORM RUBY_ENGINE RUBY_PATCHLEVEL Encoding UTF_8 gets chomp sub gsub chop
        """
    ),
    "php": words(
        """
        echo print print_r var_dump var_export printf sprintf number_format date time microtime mktime strtotime
        gmdate date_default_timezone_get checkdate phpversion php_sapi_name php_uname PHP_EOL PHP_VERSION PHP_OS
        PHP_INT_MAX PHP_OS_FAMILY M_PI strlen count sizeof strtoupper strtolower ucfirst ucwords trim ltrim rtrim
        substr strpos strrpos str_replace str_repeat str_pad str_split implode explode join in_array array
        array_keys array_values array_sum array_merge array_slice array_reverse array_unique array_flip
        array_combine array_fill array_key_exists range sort rsort ksort asort max min abs floor ceil round sqrt pow
        intdiv fmod pi rand mt_rand random_int json_encode json_decode serialize md5 sha1 crc32 hash bin2hex hex2bin
        dechex hexdec decbin bindec strrev wordwrap nl2br htmlspecialchars urlencode rawurlencode http_build_query
        is_array is_string is_int is_numeric isset empty unset gettype intval floatval strval boolval ord chr
        ctype_digit uniqid extension_loaded get_loaded_extensions memory_get_usage usleep sleep true false null if
        else elseif for foreach while do as function return new DateTime DateTimeZone DateInterval switch case break
        default continue fn use and or TRUE FALSE NULL exit die PHP_INT_SIZE JSON_PRETTY_PRINT sys_get_temp_dir
        version_compare
        """
    ),
    "lua": words(
        """
        print type tostring tonumber pairs ipairs next select unpack assert error pcall rawequal rawlen rawget
        setmetatable getmetatable string table math utf8 os jit bit coroutine _VERSION and or not nil true false if
        then elseif else end for in do while repeat until function local return break
        """
    ),
    "Rscript": words(
        """
        print paste paste0 format sum mean median sd var min max range length nchar toupper tolower seq seq_len
        seq_along rep rev sort order unique table summary head tail str names colnames rownames nrow ncol dim c list
        vector matrix data.frame factor levels round floor ceiling sqrt exp log log2 log10 abs sin cos tan cumsum
        cumprod diff quantile cor lm coef set.seed rnorm runif sample rbinom is.na is.null ifelse which which.max
        which.min any all apply sapply lapply vapply mapply Reduce Filter Map strsplit sub gsub grepl regmatches
        substr sprintf identity as.numeric as.integer as.character as.Date numeric character logical integer
        Sys.time Sys.Date date R.version R.version.string version sessionInfo packageVersion mtcars iris pi TRUE
        FALSE NULL NA Inf NaN T F LETTERS letters if else for in while repeat break next function return message
        stop invisible nlevels t crossprod det solve
        """
    ),
}
"""Language → what may stand alone in its code: what only computes or prints, and the words of its grammar."""
FREE_WORDS["nodejs"] = FREE_WORDS["node"]
