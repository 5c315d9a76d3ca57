#include "tls.h"
#include "options.h"
#include "osapi.h"
#include "mem.h"
#include "spi_flash.h"
#include "lwip/tcp.h"
#include "mbedtls/ctr_drbg.h"
#include "mbedtls/entropy.h"
#include "mbedtls/rsa.h"
#include "mbedtls/ssl.h"
#include "certificates.h"

/* Where the SDK's tools put esp_ca_cert.bin: a name, 16 bits of length, DER or PEM. */
#define CA_SECTOR 0x77
#define RECORD_NAME 32
#define RECORD_HEADER (RECORD_NAME + 2)

/* How long the peer may take to close, in half seconds, as tcp_poll counts. */
#define PATIENCE 10
/* A connection on which nothing has moved for so many times PATIENCE is given up: a peer that has vanished says nothing. */
#define IDLE_LIMIT 6

struct tls {
    mbedtls_ssl_context ssl;
    /* NULL once lwIP has given the connection up. */
    struct tcp_pcb *pcb;
    /* Received and not yet read by Mbed TLS: from `readAt` of the first buffer on. */
    struct pbuf *input;
    uint16 readAt;
    bool inputEnded;
    bool connected;
    /* The owner wants it closed as soon as all has been sent. */
    bool closing;
    /* All has been sent, the end too; the peer's end is awaited. */
    bool finished;
    /* How often PATIENCE has passed since something moved. */
    uint8 idle;
    const char *output;
    uint32 outputLength;
    const struct tlsEvents *events;
    void *owner;
};

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context random;
static mbedtls_ssl_config serverConfig, clientConfig;
static mbedtls_x509_crt deviceCertificate, caCertificate;
static mbedtls_pk_context deviceKey;
/* An RSA operation has found no memory. Mbed TLS 2.28 then leaves the blinding values squared and not reduced, twice as long with
   each failure, until no operation with this key finds memory any more: the key has to be read again. */
static bool keySpoilt;

/* The SDK's libmbedtls looks at no dates, and neither does this firmware unless a test wants it. */
static int verify(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    (void)context;
    (void)certificate;
    (void)depth;
    if (!hasOption("dates"))
        *flags &= ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE);
    return 0;
}

static int configure(mbedtls_ssl_config *config, int endpoint)
{
    int minor = hasOption("tls1.1") ? MBEDTLS_SSL_MINOR_VERSION_2 : MBEDTLS_SSL_MINOR_VERSION_3;
    int error;

    mbedtls_ssl_config_init(config);
    error = mbedtls_ssl_config_defaults(config, endpoint, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(config, mbedtls_ctr_drbg_random, &random);
    mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, minor);
    mbedtls_ssl_conf_max_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, minor);
    mbedtls_ssl_conf_ca_chain(config, &caCertificate, NULL);
    mbedtls_ssl_conf_verify(config, verify, NULL);
    return error;
}

/* Trusts the CAs in the first record of the flash, too, as libmbedtls of the SDK does; the sector is erased where there is none. */
static int addFlashCa(void)
{
    uint8 *sector = os_malloc(SPI_FLASH_SEC_SIZE);
    uint32 length;
    int error = 0;

    if (sector == NULL)
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    spi_flash_read(CA_SECTOR * SPI_FLASH_SEC_SIZE, (uint32 *)sector, SPI_FLASH_SEC_SIZE);
    length = sector[RECORD_NAME] | sector[RECORD_NAME + 1] << 8;
    if (length < SPI_FLASH_SEC_SIZE - RECORD_HEADER) {
        bool isPem = sector[RECORD_HEADER] == '-';

        /* PEM ends with the NUL that the record leaves out. */
        sector[RECORD_HEADER + length] = 0;
        error = mbedtls_x509_crt_parse(&caCertificate, sector + RECORD_HEADER, isPem ? length + 1 : length);
    }
    os_free(sector);
    return error;
}

static int readKey(void)
{
    int error;

    mbedtls_pk_free(&deviceKey);
    mbedtls_pk_init(&deviceKey);
    error = mbedtls_pk_parse_key(&deviceKey, device_key, device_key_len, NULL, 0);
    keySpoilt = error != 0;
    return error;
}

int tlsInit(void)
{
    int error;

    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_x509_crt_init(&deviceCertificate);
    mbedtls_x509_crt_init(&caCertificate);
    if ((error = mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0)) != 0 ||
        (error = mbedtls_x509_crt_parse_der_nocopy(&deviceCertificate, device_certificate, device_certificate_len)) != 0 ||
        (error = mbedtls_x509_crt_parse_der_nocopy(&caCertificate, ca_certificate, ca_certificate_len)) != 0 ||
        (error = readKey()) != 0 ||
        (error = configure(&serverConfig, MBEDTLS_SSL_IS_SERVER)) != 0 ||
        (error = configure(&clientConfig, MBEDTLS_SSL_IS_CLIENT)) != 0)
        return error;
    if ((error = addFlashCa()) != 0)
        return error;
    if (hasOption("verify"))
        mbedtls_ssl_conf_authmode(&serverConfig, MBEDTLS_SSL_VERIFY_REQUIRED);
    if (hasOption("certificate") &&
        (error = mbedtls_ssl_conf_own_cert(&clientConfig, &deviceCertificate, &deviceKey)) != 0)
        return error;
    return hasOption("bare") ? 0 : mbedtls_ssl_conf_own_cert(&serverConfig, &deviceCertificate, &deviceKey);
}

/* Mbed TLS sends: as much as lwIP takes. */
static int sendBytes(void *context, const unsigned char *data, size_t length)
{
    struct tls *tls = context;

    if (tls->pcb == NULL)
        return MBEDTLS_ERR_SSL_CONN_EOF;
    length = LWIP_MIN(length, tcp_sndbuf(tls->pcb));
    if (length == 0 || tcp_write(tls->pcb, data, length, TCP_WRITE_FLAG_COPY) != ERR_OK)
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    return length;
}

/* Mbed TLS reads: from the first buffer that waits. */
static int receiveBytes(void *context, unsigned char *data, size_t length)
{
    struct tls *tls = context;
    struct pbuf *first = tls->input;
    uint16 count;

    if (first == NULL)
        return tls->inputEnded ? 0 : MBEDTLS_ERR_SSL_WANT_READ;
    count = LWIP_MIN(length, (size_t)(first->len - tls->readAt));
    os_memcpy(data, (char *)first->payload + tls->readAt, count);
    tls->readAt += count;
    if (tls->readAt == first->len) {
        tls->input = first->next;
        tls->readAt = 0;
        if (first->next != NULL)
            pbuf_ref(first->next);
        pbuf_free(first);
    }
    if (tls->pcb != NULL)
        tcp_recved(tls->pcb, count);
    return count;
}

/* Ends the connection and forgets it. ERR_ABRT tells lwIP that its connection is gone too. */
static err_t tlsEnd(struct tls *tls, int error)
{
    err_t result = ERR_OK;
    struct tcp_pcb *pcb = tls->pcb;

    if (pcb != NULL) {
        tcp_arg(pcb, NULL);
        tcp_recv(pcb, NULL);
        tcp_sent(pcb, NULL);
        tcp_err(pcb, NULL);
        tcp_poll(pcb, NULL, 0);
        /* With data that nobody has read lwIP would break the connection off, and the alert with it. */
        if (tls->input != NULL)
            tcp_recved(pcb, tls->input->tot_len - tls->readAt);
        if (tcp_close(pcb) != ERR_OK) {
            tcp_abort(pcb);
            result = ERR_ABRT;
        }
    }
    mbedtls_ssl_free(&tls->ssl);
    if (tls->input != NULL)
        pbuf_free(tls->input);
    tls->events->closed(tls, error);
    os_free(tls);
    return result;
}

static bool mustWait(int result)
{
    return result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE;
}

static err_t tcpPolled(void *arg, struct tcp_pcb *pcb)
{
    (void)pcb;
    return tlsEnd(arg, ERR_TIMEOUT);
}

static err_t tcpIdle(void *arg, struct tcp_pcb *pcb)
{
    struct tls *tls = arg;

    (void)pcb;
    return ++tls->idle < IDLE_LIMIT ? ERR_OK : tlsEnd(tls, ERR_TIMEOUT);
}

/* Reads all that has come; answers why it cannot read on. */
static int readAll(struct tls *tls)
{
    /* Not on the stack, which is small; nothing reads while the receiver works. */
    static unsigned char data[1024];

    while (!tls->closing) {
        int result = mbedtls_ssl_read(&tls->ssl, data, sizeof data);

        if (result <= 0)
            return result;
        tls->events->received(tls, (char *)data, result);
    }
    return MBEDTLS_ERR_SSL_WANT_READ;
}

/* Writes what the owner wants to send, and the end; answers why it cannot write on. */
static int writeAll(struct tls *tls)
{
    int result;

    while (tls->outputLength > 0) {
        result = mbedtls_ssl_write(&tls->ssl, (const unsigned char *)tls->output, tls->outputLength);
        if (result <= 0)
            return result;
        tls->output += result;
        tls->outputLength -= result;
    }
    if (!tls->closing)
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    result = mbedtls_ssl_close_notify(&tls->ssl);
    if (result != 0)
        return result;
    /* lwIP answers data that comes after tcp_close by RST, which may overtake what was sent: so the peer closes first. */
    tls->finished = true;
    tcp_shutdown(tls->pcb, 0, 1);
    tcp_poll(tls->pcb, tcpPolled, PATIENCE);
    return MBEDTLS_ERR_SSL_WANT_READ;
}

/* Goes as far as the bytes allow that have come and that lwIP takes. */
static err_t tlsContinue(struct tls *tls)
{
    int result = tls->connected ? 0 : mbedtls_ssl_handshake(&tls->ssl);

    if (result == 0 && !tls->connected) {
        tls->connected = true;
        tls->events->connected(tls);
    }
    if (result == 0)
        result = readAll(tls);
    if (tls->connected && mustWait(result))
        result = writeAll(tls);
    if (tls->pcb != NULL)
        tcp_output(tls->pcb);
    if (mustWait(result))
        return ERR_OK;
    if (result == MBEDTLS_ERR_RSA_PRIVATE_FAILED + MBEDTLS_ERR_MPI_ALLOC_FAILED)
        keySpoilt = true;
    return tlsEnd(tls, result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? 0 : result);
}

static err_t tcpReceived(void *arg, struct tcp_pcb *pcb, struct pbuf *input, err_t error)
{
    struct tls *tls = arg;

    (void)error;
    tls->idle = 0;
    if (tls->finished) {
        if (input == NULL)
            return tlsEnd(tls, 0);
        tcp_recved(pcb, input->tot_len);
        pbuf_free(input);
        return ERR_OK;
    }
    if (input == NULL)
        tls->inputEnded = true;
    else if (tls->input == NULL)
        tls->input = input;
    else
        pbuf_cat(tls->input, input);
    return tlsContinue(tls);
}

static err_t tcpSent(void *arg, struct tcp_pcb *pcb, u16_t length)
{
    struct tls *tls = arg;

    (void)pcb;
    (void)length;
    tls->idle = 0;
    return tls->finished ? ERR_OK : tlsContinue(tls);
}

static void tcpFailed(void *arg, err_t error)
{
    struct tls *tls = arg;

    tls->pcb = NULL;
    tlsEnd(tls, error);
}

struct tls *tlsBegin(struct tcp_pcb *pcb, const char *hostname, const struct tlsEvents *events, void *owner)
{
    struct tls *tls;

    if (keySpoilt && readKey() != 0)
        return NULL;
    tls = os_zalloc(sizeof *tls);
    if (tls == NULL)
        return NULL;
    tls->pcb = pcb;
    tls->events = events;
    tls->owner = owner;
    mbedtls_ssl_init(&tls->ssl);
    if (mbedtls_ssl_setup(&tls->ssl, hostname == NULL ? &serverConfig : &clientConfig) != 0 ||
        (hostname != NULL && mbedtls_ssl_set_hostname(&tls->ssl, hostname) != 0)) {
        mbedtls_ssl_free(&tls->ssl);
        os_free(tls);
        return NULL;
    }
    mbedtls_ssl_set_bio(&tls->ssl, tls, sendBytes, receiveBytes, NULL);
    tcp_arg(pcb, tls);
    tcp_recv(pcb, tcpReceived);
    tcp_sent(pcb, tcpSent);
    tcp_err(pcb, tcpFailed);
    tcp_poll(pcb, tcpIdle, PATIENCE);
    /* A client speaks first; a server has nothing to say yet. */
    if (hostname != NULL)
        mbedtls_ssl_handshake(&tls->ssl);
    return tls;
}

void *tlsOwner(const struct tls *tls)
{
    return tls->owner;
}

void tlsSend(struct tls *tls, const char *data, uint32 length)
{
    tls->output = data;
    tls->outputLength = length;
}

void tlsClose(struct tls *tls)
{
    tls->closing = true;
}

const char *tlsCipher(const struct tls *tls)
{
    return mbedtls_ssl_get_ciphersuite(&tls->ssl);
}
