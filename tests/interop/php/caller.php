<?php
/*
 * A journal system and a recipient that this project did not write: PHP's SoapClient, calling Webcert.
 *
 *   php caller.php WSDL CALL [URL [CHANGES]]
 *
 * reads the contract from WSDL, makes one of the calls below from arrays, sends it to the address in the contract (or to
 * URL), and prints as one line of JSON what PHP makes of the answer: {"answer": …} or {"fault": …}.
 * CHANGES is a JSON object whose parts stand in the place of the call's own; a part that is null is left out.
 */

const TYPES = 'urn:riv:clinicalprocess:healthcond:certificate:types:3';
const REGISTRY = 'urn:riv:itintegration:registry:1';
const UNIT = 'TSTNMT2321000156-ALMC';
const NURSE = 'TSTNMT2321000156-SKAA';

function hsa_id(string $id): array
{
    return ['root' => '1.2.752.129.2.1.4.1', 'extension' => $id];
}

function person(): array
{
    return ['root' => '1.2.752.129.2.1.3.1', 'extension' => '201212121212'];
}

function code(string $system, string $code, string $name): array
{
    return ['code' => $code, 'codeSystem' => $system, 'displayName' => $name];
}

function of_type(string $type, string $element, array $value): SoapVar
{
    return new SoapVar($value, SOAP_ENC_OBJECT, $type, TYPES, $element, TYPES);
}

function CreateDraftCertificate(): array
{
    $extent = of_type('CVType', 'cv', code('KV_FKMU_0008', 'HALVA', 'Halva den ordinarie tiden'));
    $period = of_type('DatePeriodType', 'datePeriod', ['start' => '2024-09-02', 'end' => '2024-09-06']);
    return ['intyg' => [
        'typAvIntyg' => code('b64ea353-e8f6-4832-b563-fc7d46f29548', 'ITFP', 'Intyg tillfällig föräldrapenning'),
        'patient' => [
            'person-id' => person(),
            'fornamn' => 'Lilltolvan',
            'efternamn' => 'Tolvansson',
            'postadress' => 'Storgatan 1',
            'postnummer' => '12345',
            'postort' => 'Småmåla',
        ],
        'skapadAv' => [
            'personal-id' => hsa_id(NURSE),
            'fullstandigtNamn' => 'Anna Sjuksköterska',
            'enhet' => ['enhets-id' => hsa_id(UNIT), 'enhetsnamn' => 'Alfa Medicincentrum'],
        ],
        'ref' => 'ärende <1>',
        'forifyllnad' => ['svar' => [
            ['id' => '55', 'delsvar' => [['id' => '55.1', 'any' => htmlspecialchars('Feber & hosta', ENT_XML1)]]],
            [
                'id' => '56',
                'instans' => 1,
                'delsvar' => [['id' => '56.1', 'any' => $extent], ['id' => '56.2', 'any' => $period]],
            ],
        ]],
    ]];
}

function ListCertificatesForCareWithQA(): array
{
    return [
        'person-id' => person(),
        'enhets-id' => [hsa_id(UNIT), hsa_id('TSTNMT2321000156-ALAM')],
        'vardgivar-id' => hsa_id('TSTNMT2321000156-ALFA'),
        'fromTidpunkt' => '2024-09-01T00:00:00',
        'tomTidpunkt' => '2024-09-30T23:59:59',
    ];
}

function SendMessageToCare(): array
{
    return [
        'meddelande-id' => '1f7e4b1c-0000-4000-8000-000000000001',
        'referens-id' => 'FK-4711',
        'skickatTidpunkt' => '2024-09-09T10:00:00',
        'intygs-id' => ['root' => UNIT, 'extension' => '6d30f9a0-0000-4000-8000-000000000002'],
        'patientPerson-id' => person(),
        'logiskAdressMottagare' => UNIT,
        'amne' => code('ffa59d8f-8d7e-46ae-ac9e-31804e8e8499', 'KOMPLT', 'Komplettering'),
        'rubrik' => 'Komplettering',
        'meddelande' => 'Vi behöver veta mer',
        'paminnelseMeddelande-id' => '1f7e4b1c',
        'svarPa' => ['meddelande-id' => '1f7e4b1c-0000-4000-8000-000000000002', 'referens-id' => 'WC-1'],
        'skickatAv' => [
            'part' => code('769bb12b-bd9f-4203-a5cd-fd14f2eb3b80', 'FKASSA', 'Försäkringskassan'),
            'kontaktInfo' => ['Försäkringskassan', '123 45 Provstad'],
        ],
        'komplettering' => [
            ['frage-id' => '56', 'instans' => 1, 'text' => 'Vilka dagar?'],
            ['frage-id' => '55', 'text' => 'Hur länge?'],
        ],
        'sistaDatumForSvar' => '2024-10-01',
    ];
}

[, $wsdl, $call] = $argv;
// Without the feature, what may stand several times is an array only where it stands more than once.
$options = ['cache_wsdl' => WSDL_CACHE_NONE, 'exceptions' => true, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS];
if (isset($argv[3])) {
    $options['location'] = $argv[3];
}
$client = new SoapClient($wsdl, $options);
$client->__setSoapHeaders(new SoapHeader(REGISTRY, 'LogicalAddress', UNIT));
$changes = json_decode($argv[4] ?? '{}', true, 512, JSON_THROW_ON_ERROR);
$asked = array_filter(array_replace($call(), $changes), fn ($part) => $part !== null);
try {
    $printed = ['answer' => $client->$call($asked)];
} catch (SoapFault $fault) {
    $printed = ['fault' => ['code' => $fault->faultcode, 'text' => $fault->faultstring]];
}
// A signature's digest is binary once PHP has decoded it.
echo json_encode($printed, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
